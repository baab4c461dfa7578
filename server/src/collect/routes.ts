import type { collectRoutes } from '../../../contracts/collect.ts'
import type { Handlers } from '../access/index.ts'
import { createSource } from './create-source.ts'
import { listEventSchemas } from './list-event-schemas.ts'
import { listPropertyValues } from './list-property-values.ts'
import { readInbox } from './read-inbox.ts'
import { rotateWriteKey } from './rotate-write-key.ts'
import { readSources } from './source-row.ts'
import { trackBatch } from './track-batch.ts'
import { updateSource } from './update-source.ts'

export const collectHandlers: Handlers<typeof collectRoutes> = {
  trackBatch: async ({ platform, source, rawBody }) => {
    await trackBatch(platform, { source, body: rawBody })
    return { success: true as const }
  },

  listSources: async ({ ctx }) => ({ items: await readSources(ctx) }),
  createSource: async ({ ctx, body }) => createSource(ctx, body),
  updateSource: async ({ ctx, params, body }) => updateSource(ctx, params.id, body),
  rotateWriteKey: async ({ ctx, params }) => rotateWriteKey(ctx, params.id),

  listEventSchemas: async ({ ctx }) => ({ items: await listEventSchemas(ctx) }),
  listPropertyValues: async ({ ctx, query }) => ({ items: await listPropertyValues(ctx, query) }),
  readInbox: async ({ ctx }) => readInbox(ctx),
}
