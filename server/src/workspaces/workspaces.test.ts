import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defaultContactPolicy } from '../../../contracts/workspaces.ts'
import { startTestKit, type TestKit } from '../../test/kit.ts'
import type { Context, SignedInUser } from '../access/index.ts'
import { createWorkspace } from './create-workspace.ts'
import { readContactPolicy, workspaceTimezone } from './index.ts'
import { updateWorkspace } from './update-workspace.ts'
import { workspaceRow } from './workspace-row.ts'

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit()
})
afterAll(() => kit.stop())

function signedIn(ctx: Context): SignedInUser {
  if (ctx.actor.kind !== 'user') throw new Error('not a user')
  return { userId: ctx.actor.userId, email: 'x@example.com', name: ctx.actor.name, locale: 'zh' }
}

test('an owner makes another workspace, with its own key and an audit row', async () => {
  const made = await createWorkspace(kit.platform, signedIn(await kit.workspace()), { name: '二店', timezone: 'Asia/Tokyo', ip: null })
  expect(made).toMatchObject({ name: '二店', timezone: 'Asia/Tokyo', role: 'owner' })
  expect(await workspaceRow(kit.platform.db, made.workspaceId)).toMatchObject({ contactPolicy: defaultContactPolicy })
  expect((await kit.platform.vaults.of(made.workspaceId)).seal('x').length).toBeGreaterThan(0)
  const { rows } = await sql`select action from audit_log where workspace_id = ${made.workspaceId}`.execute(kit.platform.db)
  expect(rows).toEqual([{ action: 'workspace.create' }])
})

test('whoever owns none makes none', async () => {
  const manager = await kit.workspace({ role: 'manager' })
  await expect(createWorkspace(kit.platform, signedIn(manager), { name: 'x', timezone: 'UTC', ip: null })).rejects.toMatchObject({ errorName: 'forbidden' })
})

test('a change is seen at once by who asks for settings', async () => {
  const ctx = await kit.workspace()
  expect([await workspaceTimezone(ctx), await readContactPolicy(ctx)]).toEqual(['Asia/Shanghai', defaultContactPolicy])
  const contactPolicy = { ...defaultContactPolicy, smsPartCostFen: 4 }
  const changed = await updateWorkspace(ctx, { timezone: 'Asia/Urumqi', contactPolicy })
  expect(changed).toMatchObject({ timezone: 'Asia/Urumqi', contactPolicy })
  expect([await workspaceTimezone(ctx), await readContactPolicy(ctx)]).toEqual(['Asia/Urumqi', contactPolicy])
})

test.each(['Mars/Olympus', '+08:00', '', 'Asia/', "Asia/Shanghai'"])('refuses the zone %j', async (timezone) => {
  await expect(updateWorkspace(await kit.workspace(), { timezone })).rejects.toMatchObject({ problems: [{ at: 'body.timezone' }] })
})

test.each(['UTC', 'Asia/Shanghai', 'America/Argentina/Buenos_Aires', 'Etc/GMT-8'])('takes the zone %s', async (timezone) => {
  expect((await updateWorkspace(await kit.workspace(), { timezone })).timezone).toBe(timezone)
})
