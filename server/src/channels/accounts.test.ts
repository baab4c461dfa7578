import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../test/kit.ts'
import type { Context } from '../access/index.ts'
import { readCallbacks } from './callbacks.ts'
import { checkAccount } from './check-account.ts'
import { deleteAccount } from './delete-account.ts'
import { listAccounts, listProviders } from './list-accounts.ts'
import { createAccount, updateAccount } from './save-account.ts'
import { closeSessions } from './sessions.ts'
import { startSandboxNetwork, type SandboxNetwork } from './sandbox/network/start-sandbox-network.ts'
import { signatureHeader, signCallback } from './sandbox/wire.ts'

let kit: TestKit
let network: SandboxNetwork
let ctx: Context

beforeAll(async () => {
  kit = await startTestKit()
  network = await startSandboxNetwork({ port: 0, seed: 1, apiKeys: ['sandbox-key'] })
})
afterAll(async () => {
  await closeSessions(kit.platform)
  await network.stop()
  await kit.stop()
})
beforeEach(async () => {
  ctx = await kit.workspace()
})

const input = () => ({ provider: 'sandbox', name: '沙箱', ratePerSecond: 100, partCostFen: 4.5, config: { endpoint: network.url, apiKey: 'sandbox-key' } })

describe('channel accounts', () => {
  it('are listed with their secrets masked, which are sealed at rest', async () => {
    const account = await createAccount(ctx, input())
    expect(account).toMatchObject({
      config: { endpoint: network.url, apiKey: '•••', batchSize: null },
      state: 'ready',
      partCostFen: 4.5,
      callbackUrl: expect.stringMatching(/\/callbacks\/[0-9a-f-]{36}\/.{40,}/),
    })
    expect(await listAccounts(ctx)).toEqual([account])
    const { rows } = await sql<{ text: string }>`select accounts::text as text from accounts where id = ${account.id}::uuid`.execute(kit.platform.db)
    expect(rows[0]!.text).not.toContain(Buffer.from('sandbox-key').toString('hex'))
    expect(JSON.stringify(rows)).not.toContain('sandbox-key')
    const { rows: audit } = await sql<{ detail: unknown }>`select detail from audit_log where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
    expect(JSON.stringify(audit)).not.toContain('sandbox-key')
  })

  it('keep secrets that are left out or sent back as shown', async () => {
    const account = await createAccount(ctx, input())
    await updateAccount(ctx, account.id, { config: { endpoint: network.url, apiKey: '•••', batchSize: 5 } })
    expect(await checkAccount(ctx, account.id)).toMatchObject({ ok: true, error: null })
    const updated = await updateAccount(ctx, account.id, { config: { endpoint: network.url } })
    expect(updated.config).toEqual({ endpoint: network.url, apiKey: '•••', batchSize: null, timeoutSeconds: null })
    expect(await checkAccount(ctx, account.id)).toMatchObject({ ok: true })
    await updateAccount(ctx, account.id, { config: { endpoint: network.url, apiKey: 'wrong-key-here' } })
    const check = await checkAccount(ctx, account.id)
    expect(check).toMatchObject({ ok: false, error: { zh: expect.stringContaining('401'), en: expect.stringContaining('401') } })
  })

  it('refuse wrong settings by field, unknown providers and taken names', async () => {
    await expect(createAccount(ctx, { ...input(), config: { endpoint: 'nowhere' } })).rejects.toMatchObject({
      errorName: 'validation',
      problems: [{ at: 'body.config.endpoint' }, { at: 'body.config.apiKey' }],
    })
    await expect(createAccount(ctx, { ...input(), provider: 'pigeon' })).rejects.toMatchObject({ errorName: 'validation' })
    await createAccount(ctx, input())
    await expect(createAccount(ctx, input())).rejects.toMatchObject({ errorName: 'conflict' })
    const other = await createAccount(ctx, { ...input(), name: '另一个' })
    await expect(updateAccount(ctx, other.id, { name: '沙箱' })).rejects.toMatchObject({ errorName: 'conflict' })
  })

  it('can be deleted until they are used', async () => {
    const account = await createAccount(ctx, input())
    await deleteAccount(ctx, account.id)
    expect(await listAccounts(ctx)).toEqual([])
    const used = await createAccount(ctx, input())
    await sql`insert into messages (workspace_id, person_id, channel, cause_kind, cause_id, account_id, state) values (${ctx.workspaceId}, 1, 'sms', 'test', gen_random_uuid(), ${used.id}::uuid, 'accepted')`.execute(
      kit.platform.db,
    )
    await expect(deleteAccount(ctx, used.id)).rejects.toMatchObject({ errorName: 'precondition' })
  })

  it('are unknown to another workspace', async () => {
    const account = await createAccount(ctx, input())
    const stranger = await kit.workspace()
    await expect(updateAccount(stranger, account.id, { enabled: false })).rejects.toMatchObject({ errorName: 'not-found' })
    await expect(deleteAccount(stranger, account.id)).rejects.toMatchObject({ errorName: 'not-found' })
    await expect(checkAccount(stranger, account.id)).rejects.toMatchObject({ errorName: 'not-found' })
    expect(await listAccounts(stranger)).toEqual([])
  })

  it('can be made of every provider of the registry', () => {
    expect(listProviders().map(({ id, callback }) => [id, callback])).toEqual([
      ['sandbox', true],
      ['smpp', false],
    ])
  })
})

describe('the callback address', () => {
  it('takes callbacks into the inbox under its token, and nothing under another', async () => {
    const http = await kit.http()
    const account = await createAccount(ctx, input())
    const path = new URL(account.callbackUrl!).pathname
    const body = JSON.stringify({ events: [{ type: 'receipt', id: 'v1', to: '+8613800138000', state: 'DELIVRD', at: '2026-01-02T03:04:05Z' }] })
    const headers = { 'content-type': 'application/json', [signatureHeader]: signCallback('sandbox-key', body) }
    expect((await http.inject({ method: 'POST', url: path, headers, payload: body })).statusCode).toBe(200)
    expect((await http.inject({ method: 'POST', url: `${path}x`, headers, payload: body })).statusCode).toBe(404)
    expect((await http.inject({ method: 'POST', url: path.replace(account.id, crypto.randomUUID()), headers, payload: body })).statusCode).toBe(404)
    const { rows } = await sql<{
      body: Buffer
      origin_id: string
      kind: string
    }>`select body, origin_id, kind from inbox where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
    expect(rows.map(({ kind, origin_id }) => [kind, origin_id])).toEqual([['callback', account.id]])
    const items = JSON.parse((await kit.platform.vaults.of(ctx.workspaceId)).openBytes(rows[0]!.body).toString()) as unknown[]
    const inbound = await readCallbacks(kit.platform, ctx.workspaceId, { accountId: account.id, items })
    expect(inbound).toEqual({
      replies: [],
      receipts: [{ vendorIds: ['v1'], address: '+8613800138000', state: 'delivered', code: 'DELIVRD', atMs: Date.parse('2026-01-02T03:04:05Z') }],
    })
  })

  it('is not there for a provider that is not called back', async () => {
    const account = await createAccount(ctx, { ...input(), provider: 'smpp', config: { host: '127.0.0.1', port: 9, systemId: 'x' } })
    expect(account.callbackUrl).toBeNull()
  })
})
