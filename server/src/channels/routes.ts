import type { channelRoutes } from '../../../contracts/channels.ts'
import type { Handlers } from '../access/index.ts'
import { receiveCallback } from './callbacks.ts'
import { checkAccount } from './check-account.ts'
import { deleteAccount } from './delete-account.ts'
import { listAccounts, listProviders } from './list-accounts.ts'
import { createAccount, updateAccount } from './save-account.ts'

export const channelsHandlers: Handlers<typeof channelRoutes> = {
  listProviders: async () => ({ items: listProviders() }),
  listAccounts: async ({ ctx }) => ({ items: await listAccounts(ctx) }),
  createAccount: async ({ ctx, body }) => createAccount(ctx, body),
  updateAccount: async ({ ctx, params, body }) => updateAccount(ctx, params.id, body),
  deleteAccount: async ({ ctx, params }) => {
    await deleteAccount(ctx, params.id)
    return { done: true }
  },
  checkAccount: async ({ ctx, params }) => checkAccount(ctx, params.id),
  providerCallback: async ({ platform, account, rawBody, request }) => {
    await receiveCallback(platform, account, { headers: request.headers, body: rawBody })
    return { ok: true }
  },
}
