import type { peopleRoutes } from '../../../contracts/people.ts'
import type { Handlers } from '../access/index.ts'
import { listPickableAttributes } from './attributes/list-pickable.ts'
import { listAttributeValues } from './attributes/list-attribute-values.ts'
import { listPeople } from './listing/list-people.ts'
import { readPersonActivity } from './profile/read-person-activity.ts'
import { readPerson } from './profile/read-person.ts'
import { readTimeline } from './profile/read-timeline.ts'
import { revealPerson } from './profile/reveal-person.ts'
import { setConsent } from './profile/set-consent.ts'
import { updatePerson } from './profile/update-person.ts'

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
