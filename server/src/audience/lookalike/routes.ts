import type { lookalikeRoutes } from '../../../../contracts/lookalike.ts'
import type { Handlers } from '../../access/index.ts'
import { cancelLookalike, deleteLookalike } from './end-lookalike.ts'
import { listLookalikePeople } from './list-lookalike-people.ts'
import { listLookalikes, readLookalike } from './lookalike-row.ts'
import { startLookalike } from './start-lookalike.ts'

export const lookalikeHandlers: Handlers<typeof lookalikeRoutes> = {
  listLookalikes: async ({ ctx }) => ({ items: await listLookalikes(ctx) }),
  startLookalike: ({ ctx, body }) => startLookalike(ctx, body),
  readLookalike: ({ ctx, params }) => readLookalike(ctx, params.id),
  cancelLookalike: ({ ctx, params }) => cancelLookalike(ctx, params.id),
  deleteLookalike: async ({ ctx, params }) => {
    await deleteLookalike(ctx, params.id)
    return { done: true }
  },
  listLookalikePeople: ({ ctx, params, query }) => listLookalikePeople(ctx, { id: params.id, ...query }),
}
