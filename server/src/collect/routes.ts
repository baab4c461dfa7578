import { Readable } from 'node:stream'
import type { collectRoutes } from '../../../contracts/collect.ts'
import type { Handlers } from '../access/index.ts'
import { discardQuarantined } from './quarantine/discard-quarantined.ts'
import { downloadQuarantine } from './quarantine/download-quarantine.ts'
import { quarantineDays } from './quarantine/forget-quarantine.ts'
import { listQuarantine, listQuarantineGroups, readQuarantined } from './quarantine/list-quarantine.ts'
import { retryQuarantined } from './quarantine/retry-quarantined.ts'
import { readInbox } from './read-inbox.ts'
import { listEventNames } from './schema/list-event-names.ts'
import { listEventSchemas, listSchemaOverflows } from './schema/list-event-schemas.ts'
import { listPropertyValues } from './schema/list-property-values.ts'
import { readEventSchema } from './schema/read-event-schema.ts'
import { updateEventProperty, updateEventSchema } from './schema/update-event-schema.ts'
import { listSourceEvents } from './sources/list-source-events.ts'
import { listSourceMessages, readSourceMessage } from './sources/source-messages.ts'
import { createSource } from './sources/create-source.ts'
import { readSource, readSources } from './sources/source-row.ts'
import { updateSource } from './sources/update-source.ts'
import { createWriteKey, revokeWriteKey, rotateWriteKey } from './sources/write-keys.ts'

export const collectHandlers: Handlers<typeof collectRoutes> = {
  listSources: async ({ ctx }) => ({ items: await readSources(ctx) }),
  createSource: async ({ ctx, body }) => createSource(ctx, body),
  readSource: async ({ ctx, params }) => readSource(ctx, params.id),
  updateSource: async ({ ctx, params, body }) => updateSource(ctx, params.id, body),
  createWriteKey: async ({ ctx, params, body }) => createWriteKey(ctx, params.id, body),
  rotateWriteKey: async ({ ctx, params, body }) => rotateWriteKey(ctx, params.id, body),
  revokeWriteKey: async ({ ctx, params }) => revokeWriteKey(ctx, params.id),

  listSourceEvents: async ({ ctx, params }) => ({ items: await listSourceEvents(ctx, params.id) }),
  listSourceMessages: async ({ ctx, params, query }) => ({ items: await listSourceMessages(ctx, params.id, query) }),
  readSourceMessage: async ({ ctx, params }) => readSourceMessage(ctx, params.id),

  listEventSchemas: async ({ ctx, query }) => ({
    items: await listEventSchemas(ctx, { withHidden: query.hidden === 'include' }),
    overflows: await listSchemaOverflows(ctx),
  }),
  listEventNames: async ({ ctx }) => listEventNames(ctx),
  readEventSchema: async ({ ctx, query }) => readEventSchema(ctx, query.event),
  updateEventSchema: async ({ ctx, body: { event, ...change } }) => updateEventSchema(ctx, event, change),
  updateEventProperty: async ({ ctx, body: { event, key, ...change } }) => updateEventProperty(ctx, { event, key }, change),
  listPropertyValues: async ({ ctx, query }) => ({ items: await listPropertyValues(ctx, query) }),

  listQuarantineGroups: async ({ ctx }) => ({ items: await listQuarantineGroups(ctx), keptDays: quarantineDays }),
  listQuarantine: async ({ ctx, query }) => listQuarantine(ctx, query),
  readQuarantined: async ({ ctx, params }) => readQuarantined(ctx, params.id),
  retryQuarantined: async ({ ctx, body }) => retryQuarantined(ctx, body),
  discardQuarantined: async ({ ctx, body }) => discardQuarantined(ctx, body),
  downloadQuarantine: async ({ ctx, query, reply }) => {
    const lines = await downloadQuarantine(ctx, query)
    void reply
      .header('content-type', 'text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="quarantine.csv"')
      .send(Readable.from(lines))
    return ''
  },

  readInbox: async ({ ctx }) => readInbox(ctx),
}
