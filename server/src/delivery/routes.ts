import type { deliveryRoutes } from '../../../contracts/delivery.ts'
import type { Handlers } from '../access/index.ts'
import { listMessages } from './list-messages.ts'
import { listReplies } from './list-replies.ts'
import { settleUnknown } from './settle-unknown.ts'
import { addSuppression, listSuppressions, removeSuppression } from './suppression-list.ts'

export const deliveryHandlers: Handlers<typeof deliveryRoutes> = {
  listMessages: async ({ ctx, query }) => listMessages(ctx, query),
  settleUnknown: async ({ ctx, body }) => ({ settled: await settleUnknown(ctx, body) }),
  listReplies: async ({ ctx, query }) => listReplies(ctx, query),
  listSuppressions: async ({ ctx, query }) => listSuppressions(ctx, query),
  addSuppression: async ({ ctx, body }) => addSuppression(ctx, body),
  removeSuppression: async ({ ctx, params }) => {
    await removeSuppression(ctx, params.suppressionId)
    return { done: true }
  },
}
