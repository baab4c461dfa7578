import type { peopleRoutes } from '../../../contracts/people.ts'
import type { Handlers } from '../access/index.ts'
import { listPickableAttributes } from './attributes/list-pickable.ts'
import { listAttributeValues } from './list-attribute-values.ts'
import { listPeople } from './list-people.ts'
import { readPersonActivity } from './read-person-activity.ts'
import { readPerson } from './read-person.ts'
import { readTimeline } from './read-timeline.ts'
import { revealPerson } from './reveal-person.ts'
import { setConsent } from './set-consent.ts'
import { updatePerson } from './update-person.ts'

export const peopleHandlers: Handlers<typeof peopleRoutes> = {
  listPeople: ({ ctx, query }) => listPeople(ctx, query),
  searchPeople: ({ ctx, body }) => listPeople(ctx, body),
  readPerson: ({ ctx, params }) => readPerson(ctx, params),
  readTimeline: ({ ctx, params, query }) => readTimeline(ctx, { personId: params.personId, ...query }),
  readPersonActivity: ({ ctx, params }) => readPersonActivity(ctx, params),
  revealPerson: ({ ctx, params }) => revealPerson(ctx, params),
  updatePerson: ({ ctx, params, body }) => updatePerson(ctx, { personId: params.personId, ...body }),
  setConsent: ({ ctx, params, body }) => setConsent(ctx, { personId: params.personId, ...body }),
  listAttributes: ({ ctx }) => listPickableAttributes(ctx),
  listAttributeValues: ({ ctx, params, query }) => listAttributeValues(ctx, { key: params.key, ...query }),
}
