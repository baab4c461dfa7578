import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { startPeople } from '../jobs.ts'
import { setAttributes } from './set-attributes.ts'

let kit: TestKit
let ctx: Context
beforeAll(async () => {
  kit = await startTestKit()
  startPeople(kit.platform)
  await kit.platform.jobs.start()
  ctx = await kit.workspace()
})
afterAll(async () => kit?.stop())

async function newPerson(attributes: object, times: object): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into people (workspace_id, attributes, attribute_times) values (${ctx.workspaceId}, ${JSON.stringify(attributes)}::jsonb, ${JSON.stringify(times)}::jsonb) returning id`.execute(
    kit.platform.db,
  )
  return rows[0]!.id
}

async function set(personId: number, attributes: Record<string, string | null>): Promise<void> {
  await kit.platform.db.transaction().execute((tx) => setAttributes(tx, ctx, { personId, attributes }))
}

async function mirrored(personId: number): Promise<{ attributes: object; version: number } | undefined> {
  const [row] = await kit.platform.warehouse.rows<{ attributes: object; version: number }>({
    sql: 'select attributes, version from people final where workspace_id = {workspaceId:UInt32} and person_id = {personId:UInt32}',
    params: { workspaceId: ctx.workspaceId, personId },
  })
  return row
}

it('changes the person now and the mirror soon after', async () => {
  const personId = await newPerson({ city: '杭州', level: '金' }, { '*': 5 })
  await set(personId, { city: '上海', level: null })
  const { rows } = await sql<object>`select attributes, version from people where id = ${personId}`.execute(kit.platform.db)
  expect(rows).toEqual([{ attributes: { city: '上海' }, version: 2 }])
  await expect.poll(() => mirrored(personId)).toEqual({ attributes: { city: '上海' }, version: 2 })
})

it('wins by hand even over a value that a wrong clock said in the future', async () => {
  const future = kit.clock.now().getTime() + 1e10
  const personId = await newPerson({ city: '杭州' }, { city: future })
  await set(personId, { city: '上海' })
  const { rows } = await sql<object>`select attributes, attribute_times as times from people where id = ${personId}`.execute(kit.platform.db)
  expect(rows).toEqual([{ attributes: { city: '上海' }, times: { city: future } }])
})

it('knows no person of another workspace', async () => {
  const personId = await newPerson({}, {})
  const other = await kit.workspace()
  await expect(kit.platform.db.transaction().execute((tx) => setAttributes(tx, other, { personId, attributes: { city: 'x' } }))).rejects.toMatchObject({
    errorName: 'not-found',
  })
})
