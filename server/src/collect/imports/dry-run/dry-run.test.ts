import { Readable } from 'node:stream'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { DryRun } from '../../../../../contracts/import-foresight.ts'
import type { ImportOptions, ImportTarget } from '../../../../../contracts/import-setup.ts'
import { startTestKit, type TestKit } from '../../../../test/kit.ts'
import type { Context } from '../../../access/index.ts'
import { createTag } from '../../../tags/index.ts'
import { startImport } from '../start-import.ts'
import { finishImport, importFile } from '../testing/import-kit.ts'
import { uploadImport } from '../upload-import.ts'
import { stepDryRuns } from './run-dry-runs.ts'
import { cancelDryRun, readDryRun, startDryRun } from './start-dry-run.ts'

let kit: TestKit
let ctx: Context
beforeAll(async () => {
  kit = await startTestKit()
})
afterAll(() => kit.stop())

async function upload(content: string, target: ImportTarget = 'people') {
  const { id, columns } = await uploadImport(ctx, { fileName: 'a.csv', content: Readable.from([Buffer.from(content)]), target })
  return { id, target, mapping: columns.map((column) => column.suggestion) }
}

async function dryRun(
  content: string,
  { options = {}, target, rowsMax }: { options?: ImportOptions; target?: ImportTarget; rowsMax?: number } = {},
): Promise<DryRun & { id: string }> {
  const setup = await upload(content, target)
  await startDryRun(ctx, { ...setup, options, rowsMax })
  while (await stepDryRuns(kit.platform));
  return { ...(await readDryRun(ctx, setup)), id: setup.id }
}

const everything = async () => {
  const { rows } = await sql`
    select (select json_agg(people order by id) from people where workspace_id = ${ctx.workspaceId}) as people,
      (select json_agg(identities order by key) from identities where workspace_id = ${ctx.workspaceId}) as identities,
      (select count(*) from tags where workspace_id = ${ctx.workspaceId}) as tags, (select count(*) from inbox) as inbox`.execute(kit.platform.db)
  return rows[0]
}

it('says of every row what would become of it, with examples, and changes nothing', async () => {
  ctx = await kit.workspace()
  await importFile(ctx, {
    content: 'member_no,phone,name,city\nM1,13800000001,张三,杭州\nM2,13800000002,李四,上海\n,13800000003,王五,\nM4,,赵六,\n',
    target: 'people',
  })
  const before = await everything()
  const rows = [
    'M9,13800000009,新人,北京', // new
    'M1,13800000001,张三,宁波', // changed
    'M2,13800000002,李四,上海', // unchanged
    'M4,13800000003,赵六,', // joins M4 and the phone of 王五
    'M1,13800000002,谁,', // two people with one member number each
    'M9,13800000009,新人,天津', // the file says it again
    'M10,1380000,坏,', // no phone
    'M11,,无城市,',
  ]
  const found = await dryRun(`member_no,phone,name,city\n${rows.join('\n')}\n`)
  expect(found).toMatchObject({ state: 'finished', rowsRead: 8, isWhole: true, rowsEstimated: 8, error: null })
  expect(found.counts).toEqual({ new: 2, changed: 1, unchanged: 1, skipped: 0, merged: 1, conflicting: 1, duplicate: 1, invalid: 1 })
  expect(found.missing.map(({ field, rows: empty }) => [field, empty])).toEqual([
    ['member_no', 0],
    ['phone', 1],
    ['attribute:name', 0],
    ['attribute:city', 4],
  ])
  expect(found.problems).toEqual([expect.objectContaining({ at: 'phone', rows: 1 })])
  const changed = found.examples.find((example) => example.outcome === 'changed')
  expect(changed).toMatchObject({ row: 3, changes: [{ key: 'city', before: '杭州', after: '宁波' }] })
  expect(found.examples.find((example) => example.outcome === 'merged')?.personIds).toHaveLength(2)
  expect(await everything()).toEqual(before)
})

it('shows addresses masked, whoever looks', async () => {
  ctx = await kit.workspace()
  const { id } = await dryRun('phone,name\n13812345678,张三\n')
  expect((await readDryRun(ctx, { id })).examples[0]?.values).toEqual(['138****78', '张三'])
})

it('foretells an import of the same file exactly, whatever the choice for people who are there', async () => {
  for (const existing of ['update', 'fillEmpty', 'skip'] as const) {
    ctx = await kit.workspace()
    await importFile(ctx, { content: 'phone,city\n13800000001,杭州\n13800000002,\n', target: 'people' })
    const found = await dryRun('phone,city\n13800000001,宁波\n13800000002,上海\n13800000003,北京\n', { options: { existing } })
    const { new: fresh, changed, unchanged, skipped } = found.counts
    expect([existing, fresh, changed, unchanged, skipped]).toEqual([
      existing,
      1,
      existing === 'update' ? 2 : existing === 'skip' ? 0 : 1,
      existing === 'fillEmpty' ? 1 : 0,
      existing === 'skip' ? 2 : 0,
    ])
    kit.clock.advance(1000)
    const setup = { id: found.id, ...found.setup }
    const done = await finishImport(ctx, await startImport(ctx, setup))
    expect(done).toMatchObject({ state: 'finished', peopleNew: 1, rowsSkipped: existing === 'skip' ? 2 : 0 })
    const { rows } = await sql<{ city: string }>`select attributes ->> 'city' as city from people where workspace_id = ${ctx.workspaceId} order by id`.execute(
      kit.platform.db,
    )
    expect(rows.map((row) => row.city)).toEqual(
      { update: ['宁波', '上海', '北京'], fillEmpty: ['杭州', '上海', '北京'], skip: ['杭州', null, '北京'] }[existing],
    )
  }
})

it('knows tags, events that are there already and duplicates of the file over many slices', async () => {
  ctx = await kit.workspace()
  await createTag(ctx, {
    categoryId: null,
    name: 'VIP',
    description: '',
    kind: 'flag',
    values: [],
    many: true,
    colour: 'blue',
    ownerId: null,
    expiresAfterDays: null,
  })
  await importFile(ctx, { content: '会员号,标签\nN1,VIP\n', target: 'tags' })
  const tagged = await dryRun('会员号,标签\nN1,VIP\nN1,VIP\nN2,VIP、没有的\n', { target: 'tags' })
  expect(tagged.counts).toMatchObject({ unchanged: 1, duplicate: 1, invalid: 1 })
  await importFile(ctx, { content: '会员号,订单号,时间,金额\nN1,O1,2025-01-01,5\n', target: 'orders' })
  const orders = await dryRun('会员号,订单号,时间,金额\nN1,O1,2025-01-01,5\nN1,O2,2025-01-01,5\n', { target: 'orders' })
  expect(orders.counts).toMatchObject({ duplicate: 1, new: 1 })
  const rows = Array.from({ length: 20_000 }, (_, row) => `P${row % 12_000},${row}`)
  const many = await dryRun(`会员号,备注\n${rows.join('\n')}\n`)
  expect(many.counts).toMatchObject({ new: 12_000, duplicate: 8_000 })
  expect((await dryRun(`会员号,备注\n${rows.join('\n')}\n`, { rowsMax: 7_000 })).counts).toMatchObject({ new: 7_000 })
  const { rows: keys } = await sql`select from import_dry_keys`.execute(kit.platform.db)
  expect(keys).toHaveLength(0)
})

it('can be stopped, begins again when its keys were lost, and is for files that were not started', async () => {
  ctx = await kit.workspace()
  const rows = Array.from({ length: 12_000 }, (_, row) => `P${row % 9_000},${row}`)
  const setup = await upload(`会员号,备注\n${rows.join('\n')}\n`)
  await startDryRun(ctx, { ...setup, options: {} })
  await stepDryRuns(kit.platform)
  await sql`truncate import_dry_keys`.execute(kit.platform.db)
  while (await stepDryRuns(kit.platform));
  expect((await readDryRun(ctx, setup)).counts).toMatchObject({ new: 9_000, duplicate: 3_000 })
  await startDryRun(ctx, { ...setup, options: {} })
  await stepDryRuns(kit.platform)
  expect(await cancelDryRun(ctx, setup)).toMatchObject({ state: 'cancelled', isWhole: false })
  expect(await stepDryRuns(kit.platform)).toBe(false)
  await startImport(ctx, { ...setup, options: {} })
  await expect(startDryRun(ctx, { ...setup, options: {} })).rejects.toMatchObject({ errorName: 'precondition' })
})
