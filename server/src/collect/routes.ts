import type { collectRoutes } from '../../../contracts/collect.ts'
import type { Handlers } from '../access/index.ts'
import { listEventSchemas } from './list-event-schemas.ts'
import { listPropertyValues } from './list-property-values.ts'
import { readInbox } from './read-inbox.ts'
import { createSource } from './sources/create-source.ts'
import { readSource, readSources } from './sources/source-row.ts'
import { updateSource } from './sources/update-source.ts'
import { createWriteKey, revokeWriteKey, rotateWriteKey } from './sources/write-keys.ts'
import { trackBatch } from './track-batch.ts'

export const collectHandlers: Handlers<typeof collectRoutes> = {
  trackBatch: async ({ platform, source, rawBody }) => {
    await trackBatch(platform, { source, body: rawBody })
    return { success: true as const }
  },

  listSources: async ({ ctx }) => ({ items: await readSources(ctx) }),
  createSource: async ({ ctx, body }) => createSource(ctx, body),
  readSource: async ({ ctx, params }) => readSource(ctx, params.id),
  updateSource: async ({ ctx, params, body }) => updateSource(ctx, params.id, body),
  createWriteKey: async ({ ctx, params, body }) => createWriteKey(ctx, params.id, body),
  rotateWriteKey: async ({ ctx, params, body }) => rotateWriteKey(ctx, params.id, body),
  revokeWriteKey: async ({ ctx, params }) => revokeWriteKey(ctx, params.id),

  listEventSchemas: async ({ ctx }) => ({ items: await listEventSchemas(ctx) }),
  listPropertyValues: async ({ ctx, query }) => ({ items: await listPropertyValues(ctx, query) }),
  readInbox: async ({ ctx }) => readInbox(ctx),
}
