import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { owesAudit, type Context } from '../src/access/index.ts'
import { startSandboxNetwork, type SandboxNetwork } from '../src/channels/index.ts'
import { finishImport } from '../src/collect/imports/testing/import-kit.ts'
import { startTestKit, type TestKit } from './kit.ts'
import { ask, cookiesOf, everyRoute, fillWorkspace, paramsPointingAt, routeNamed, type Ask, type Belongings, type Credentials } from './walk.ts'
import { bodies } from './walk-bodies.ts'

let kit: TestKit
let app: FastifyInstance
let network: SandboxNetwork

beforeAll(async () => {
  kit = await startTestKit()
  // Without background work: what a change needs to be so must be so still when it comes.
  app = await kit.http()
  network = await startSandboxNetwork({ port: 0, seed: 1, speed: 100 })
})
afterAll(async () => {
  await network.stop()
  await kit.stop()
})

/** A workspace with one of everything, and who may do everything in it. */
interface World {
  ctx: Context
  credentials: Credentials
  belongings: Belongings
}

/** What has to be so before a change can be made, where one of everything is not enough; returns what else to send. */
const preparations: Record<string, (world: World) => Promise<Ask>> = {
  uploadImport: async () => ({ file: { name: 'people.csv', bytes: csv } }),
  startImport: async (world) => ({ params: { id: await uploadedImport(world) }, body: importSetup }),
  configureImport: async (world) => ({ params: { id: await uploadedImport(world) }, body: { headerLine: 1 } }),
  startDryRun: async (world) => ({ params: { id: await uploadedImport(world) }, body: importSetup }),
  cancelDryRun: async (world) => {
    const params = { id: await uploadedImport(world) }
    await done(world, 'startDryRun', { params, body: importSetup })
    return { params }
  },
  saveImportMapping: async (world) => ({ body: { importId: await uploadedImport(world), name: '门店名单', ...importSetup } }),
  startImportUndo: async (world) => {
    const id = world.belongings.id['imports'] ?? ''
    await sql`update imports set state = 'finished', started_at = now(), finished_at = now(), rows_good = 1 where id = ${id}::uuid`.execute(kit.platform.db)
    await sql`insert into attribute_origins (workspace_id, kind, origin_id) values (${world.ctx.workspaceId}, 'import', ${id})`.execute(kit.platform.db)
    return {}
  },
  cancelImport: async (world) => setState(world, 'imports', 'running'),
  cancelTagAction: async ({ belongings }) => {
    const action = belongings.id['tag-actions'] ?? ''
    // The people first: an action that runs without any is over before it can be stopped.
    await sql`insert into tag_action_people (action_id, person_id) select ${action}::uuid, generate_series(1, 100000)`.execute(kit.platform.db)
    await sql`update tag_actions set state = 'running', people_total = 100000 where id = ${action}::uuid`.execute(kit.platform.db)
    return {}
  },
  updateNamespace: async () => ({ params: { key: 'member_no' } }),
  startRun: async (world) => ({ params: { id: await pullConnector(world) } }),
  cancelRun: async (world) => {
    const params = { id: await pullConnector(world) }
    await done(world, 'startRun', { params })
    return { params }
  },
  uploadLog: async (world) => ({
    params: { id: (await done(world, 'createConnector', { body: { name: '日志', preset: 'log-combined' } })).id },
    file: { name: 'access.log', bytes: '203.0.113.7 - - [02/Jan/2026:11:04:05 +0800] "GET / HTTP/1.1" 200 1 "-" "Mozilla/5.0" "a1"\n' },
  }),
  changeSegmentMembers: async (world) => ({ params: { id: (await done(world, 'createStaticSegment', {})).id } }),
  startLookalike: async ({ belongings }) => {
    await sql`update segments set set_run = 1, set_as_of = now(), count = 500 where id = ${belongings.id['segments'] ?? ''}::uuid`.execute(kit.platform.db)
    return {}
  },
  cancelLookalike: async ({ belongings }) => {
    const id = belongings.id['lookalikes'] ?? ''
    await sql`update lookalikes set state = 'running', leased_until = now() + interval '1 hour' where id = ${id}::uuid`.execute(kit.platform.db)
    return {}
  },
  deleteSegment: async (world) => ({ params: { id: (await done(world, 'createSegment', {})).id } }),
  deleteTemplate: async (world) => ({ params: { id: (await done(world, 'createTemplate', {})).id } }),
  createAccount: async () => ({ body: sandboxBody() }),
  deleteAccount: async (world) => ({ params: { id: await sandboxAccount(world) } }),
  updateAccount: async (world) => ({ params: { id: await sandboxAccount(world) } }),
  testSend: async (world) => useSandbox(world),
  launchCampaign: async (world) => {
    await bringPeople(world)
    const params = (await useSandbox(world)).params
    const { recipients } = await done(world, 'estimateCampaign', { params })
    return { params, body: { confirmRecipients: recipients } }
  },
  pauseCampaign: async (world) => setState(world, 'campaigns', 'running'),
  resumeCampaign: async (world) => setState(world, 'campaigns', 'paused'),
  cancelCampaign: async (world) => setState(world, 'campaigns', 'running'),
}

test.each(everyRoute.filter(({ route }) => owesAudit(route)))('$name leaves an audit row with who, what and on what', async ({ name }) => {
  const ctx = await kit.workspace()
  const world: World = { ctx, credentials: await cookiesOf(ctx), belongings: await fillWorkspace(kit, ctx) }
  const prepared = (await preparations[name]?.(world)) ?? {}
  const before = await auditRows(ctx)
  const answer = await send(world, name, prepared)
  expect([answer.statusCode, answer.body]).toEqual([200, expect.any(String)])
  const rows = (await auditRows(ctx)).slice(before.length).filter((row) => row.actor_kind === 'user')
  expect(rows.length).toBeGreaterThanOrEqual(1)
  expect(rows[0]?.action).toMatch(/^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$/)
  expect(rows[0]?.actor_id).toBe(ctx.actor.kind === 'user' ? ctx.actor.userId : '')
  expect(JSON.stringify(rows)).not.toMatch(/(?<![\da-f-])1[3-9]\d{9}(?![\da-f-])|@example\.com/)
})

async function auditRows({ workspaceId }: Context) {
  const { rows } = await sql<{ action: string; actor_kind: string; actor_id: string | null; detail: unknown }>`
    select action, actor_kind, actor_id, target_kind, target_id, detail from audit_log where workspace_id = ${workspaceId} order by id`.execute(kit.platform.db)
  return rows
}

async function send(world: World, name: string, request: Ask) {
  const route = routeNamed(name)
  const params = { workspaceId: world.ctx.workspaceId, ...paramsPointingAt(route, world.belongings), ...request.params }
  return ask(app, route, world.credentials, { body: bodies(world.belongings)[name], ...request, params })
}

/** A call that only prepares: it must succeed. */
async function done(world: World, name: string, request: Ask): Promise<{ id: string; recipients: number; items: { personId: number }[] }> {
  const answer = await send(world, name, request)
  if (answer.statusCode !== 200) throw new Error(`${name}: ${answer.body.slice(0, 600)}`)
  return answer.json()
}

const importSetup = { target: 'people', mapping: ['user_id', 'phone'] }
const csv = `会员号,手机\n${Array.from({ length: 20 }, (_, index) => `m${index},138000012${String(index).padStart(2, '0')}`).join('\n')}\n`

async function uploadedImport(world: World): Promise<string> {
  return (await done(world, 'uploadImport', { file: { name: 'people.csv', bytes: csv } })).id
}

async function pullConnector(world: World): Promise<string> {
  return (await done(world, 'createConnector', { body: { name: '拉取', preset: 'sql-postgres' } })).id
}

async function setState(world: World, table: 'imports' | 'campaigns', state: string): Promise<Ask> {
  await sql`update ${sql.table(table)} set state = ${state} where id = ${world.belongings.id[table]}`.execute(kit.platform.db)
  return {}
}

function sandboxBody() {
  return { provider: 'sandbox', name: '演示', config: { endpoint: network.url, apiKey: 'walking-test' }, ratePerSecond: 100 }
}

async function sandboxAccount(world: World): Promise<string> {
  return (await done(world, 'createAccount', { body: sandboxBody() })).id
}

async function useSandbox(world: World): Promise<{ params: { id: string } }> {
  const id = world.belongings.id['campaigns'] ?? ''
  await done(world, 'updateCampaign', { params: { id }, body: { accountId: await sandboxAccount(world) } })
  return { params: { id } }
}

/** People who agreed to marketing, through the import and the inbox like any others. */
async function bringPeople(world: World): Promise<void> {
  const consenting = `会员号,手机,同意\n${Array.from({ length: 20 }, (_, index) => `m${index},138000012${String(index).padStart(2, '0')},是`).join('\n')}\n`
  const { id } = await done(world, 'uploadImport', { file: { name: 'people.csv', bytes: consenting } })
  await done(world, 'startImport', {
    params: { id },
    body: { target: 'people', mapping: ['member_no', 'phone', 'sms_consent'], options: { consentProof: '门店签字' } },
  })
  await finishImport(world.ctx, { id })
}
