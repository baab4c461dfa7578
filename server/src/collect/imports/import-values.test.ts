import { sql } from 'kysely'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { createTag } from '../../tags/index.ts'
import { downloadBadRows, listBadRows } from './bad-rows.ts'
import { listImportFields } from './list-fields.ts'
import { readMappingUses } from './mapping-uses.ts'
import { readSuggestedMapping } from './read-import.ts'
import { deleteImportMapping, listImportMappings, renameImportMapping, saveImportMapping } from './saved-mappings.ts'
import { importFile } from './testing/import-kit.ts'
import { uploadImport } from './upload-import.ts'

let kit: TestKit
let ctx: Context
beforeAll(async () => {
  kit = await startTestKit()
})
afterAll(() => kit.stop())

const upload = (content: string) => uploadImport(ctx, { fileName: 'a.csv', content: Readable.from([Buffer.from(content)]), target: 'people' })
const attributes = async () => {
  const { rows } = await sql<{
    attributes: Record<string, unknown>
  }>`select attributes from people where workspace_id = ${ctx.workspaceId} order by id`.execute(kit.platform.db)
  return rows.map((row) => row.attributes)
}

it('reads values as people write them, by the type of their attribute', async () => {
  ctx = await kit.workspace()
  await sql`
    insert into attributes (workspace_id, key, type, label_zh, label_en)
    values (${ctx.workspaceId}, 'spent', 'number', '消费', 'Spent'), (${ctx.workspaceId}, 'likes', 'list', '喜好', 'Likes'), (${ctx.workspaceId}, 'vip', 'boolean', '会员', 'VIP')`.execute(
    kit.platform.db,
  )
  const done = await importFile(ctx, {
    content:
      '手机号,生日,地区,spent,likes,vip,省\n+86 138-0000-0001,1990年3月5日,浙江省杭州市西湖区,1.2万,茶、花,√,\n１３８００００００２２,33003,,"￥1,234.50",,否,广西壮族自治区\n1.38E+10,3月5日,火星,一些,,也许,#N/A\n',
    target: 'people',
    mapping: {
      手机号: 'phone',
      生日: 'attribute:birthday',
      地区: 'region',
      spent: 'attribute:spent',
      likes: 'attribute:likes',
      vip: 'attribute:vip',
      省: 'attribute:province',
    },
  })
  expect(done).toMatchObject({ rowsGood: 2, rowsBad: 1 })
  expect(await attributes()).toEqual([
    { birthday: '1990-03-05', province: '浙江', city: '杭州', district: '西湖区', spent: 12_000, likes: ['茶', '花'], vip: true },
    { birthday: '1990-05-10', spent: 1234.5, vip: false, province: '广西' },
  ])
  const { items } = await listBadRows(ctx, { id: done.id, limit: 10 })
  expect(items[0]?.problems.map(({ at, zh }) => `${at} ${zh}`)).toEqual([
    expect.stringContaining('科学计数法'),
    expect.stringContaining('没有写年份'),
    expect.stringContaining('不是数字'),
    expect.stringContaining('应为 是/否'),
    expect.stringContaining('公式错误 #N/A'),
    expect.stringContaining('认不出是哪个省市'),
  ])
})

it('takes signs and words for nothing as nothing, and lets no two strangers be one for them', async () => {
  ctx = await kit.workspace()
  const done = await importFile(ctx, {
    content:
      '会员号,手机号,姓名,备注,孩子,消费,标签\nM1,-,张　三,无,有,1.2万,无\n无,13800000001,李 四,-,无,暂无,VIP\nM3,0,Anna Lee,NULL,—,100元,\n1.23457E+17,13800000004,,,,,\n无,,,,,,\n',
    target: 'people',
    options: { createTags: true },
  })
  expect(done).toMatchObject({ rowsGood: 3, rowsBad: 2, peopleNew: 3 })
  expect(await attributes()).toEqual([
    { name: '张三', 备注: '无', 孩子: true, 消费: 12_000 },
    { name: '李四', 孩子: false },
    { name: 'Anna Lee', 消费: 100 },
  ])
  const { rows } = await sql`select namespace, value from identities where workspace_id = ${ctx.workspaceId} order by 1, 2`.execute(kit.platform.db)
  expect(rows).toEqual([
    { namespace: 'member_no', value: 'M1' },
    { namespace: 'member_no', value: 'M3' },
    { namespace: 'phone', value: null },
  ])
  const { items } = await listBadRows(ctx, { id: done.id, limit: 10 })
  expect(items.map(({ problems }) => problems.map(({ zh }) => zh).join())).toEqual([
    expect.stringContaining('科学计数法'),
    expect.stringContaining('没有任何可以认出客户的值'),
  ])
})

it('takes identities of any kind, consents with their own time and proof, and values of tags', async () => {
  ctx = await kit.workspace()
  const { id } = await createTag(ctx, {
    categoryId: null,
    name: '偏好',
    description: '',
    kind: 'value',
    values: ['护肤', '彩妆'],
    many: true,
    colour: 'blue',
    ownerId: null,
    expiresAfterDays: null,
  })
  await sql`
    insert into namespaces (workspace_id, key, label_zh, label_en, strength, priority, normaliser, secret)
    values (${ctx.workspaceId}, 'erp_no', 'ERP 编号', 'ERP number', 'strong', 15, 'lowercase', false)`.execute(kit.platform.db)
  const fields = (await listImportFields(ctx, { target: 'people' })).items.map((item) => item.field)
  expect(fields).toEqual(expect.arrayContaining(['phone', 'identity:erp_no', 'region', 'attribute:name', `tag:${id}`]))
  const mapping = { ERP: 'identity:erp_no', 手机: 'phone', 偏好: `tag:${id}`, 同意: 'sms_consent', 时间: 'consent_time', 凭证: 'consent_proof' }
  const done = await importFile(ctx, {
    content: 'ERP,手机,偏好,同意,时间,凭证\nE1,13800000001,护肤,是,2024-03-05,小票 8\nE2,,香水,,,\nE3,,,是,,\nE4,,,否,,\n',
    target: 'people',
    mapping,
  })
  expect(done).toMatchObject({ rowsGood: 2, rowsBad: 2 })
  const { rows } = await sql`
    select identities.value, consents.state, consents.proof, consents.at, person_tags.value as tag from identities
    left join consents using (person_id) left join person_tags using (person_id)
    where identities.workspace_id = ${ctx.workspaceId} and namespace = 'erp_no' order by 1`.execute(kit.platform.db)
  expect(rows).toEqual([
    { value: 'e1', state: 'granted', proof: '小票 8', at: new Date('2024-03-04T16:00:00Z'), tag: '护肤' },
    { value: 'e4', state: 'withdrawn', proof: '', at: expect.any(Date), tag: null },
  ])
})

it('takes the file of bad rows back when it was mended', async () => {
  ctx = await kit.workspace()
  const done = await importFile(ctx, { content: '手机号,姓名,备注\n138,张三,=1+1\n13800000002,李四,\n', target: 'people' })
  let csv = ''
  for await (const part of await downloadBadRows(ctx, done)) csv += part
  expect(csv).toContain(`,'=1+1`)
  const again = await importFile(ctx, { content: csv.replace(',138,', ',13800000001,'), target: 'people' })
  expect(again).toMatchObject({ rowsGood: 1, rowsBad: 0, mapping: ['', '', 'phone', 'attribute:name', 'attribute:备注'] })
  expect((await attributes()).at(-1)).toEqual({ name: '张三', 备注: '=1+1' })
})

it('suggests a saved mapping for files with the same headers, in any order, and for most of them', async () => {
  ctx = await kit.workspace()
  const first = await upload('客户电话,卡,昵称,内部码\n13800000001,A1,张三,x\n')
  const setup = { target: 'people' as const, mapping: ['phone', 'member_no', 'attribute:name', ''], options: { existing: 'fillEmpty' as const } }
  const saved = await saveImportMapping(ctx, { importId: first.id, name: '门店', ...setup })
  const same = await upload('内部码,昵称,卡,客户电话,新列\ny,李四,A2,13800000002,1\n')
  expect(same.savedMapping).toEqual({ id: saved.id, name: '门店' })
  expect(same.columns.map(({ suggestion, reason }) => [suggestion, reason])).toEqual([
    ['', 'saved'],
    ['attribute:name', 'saved'],
    ['member_no', 'saved'],
    ['phone', 'saved'],
    ['attribute:新列', 'header'],
  ])
  expect(await readSuggestedMapping(ctx, { id: same.id, target: 'people' })).toMatchObject({
    options: { existing: 'fillEmpty' },
    savedMapping: { name: '门店' },
  })
  expect((await upload('邮箱,昵称\na@example.com,王五\n')).savedMapping).toBeNull()
  expect((await readSuggestedMapping(ctx, { id: same.id, target: 'orders' })).savedMapping).toBeNull()
  expect(await renameImportMapping(ctx, { id: saved.id, name: '总部' })).toMatchObject({ name: '总部' })
  const other = await saveImportMapping(ctx, { importId: first.id, name: '门店', ...setup })
  await expect(renameImportMapping(ctx, { id: other.id, name: '总部' })).rejects.toMatchObject({ errorName: 'conflict' })
  await deleteImportMapping(ctx, { id: other.id })
  expect((await listImportMappings(ctx, {})).items.map(({ name }) => name)).toEqual(['总部'])
})

it('tells what saved mappings write to: fields, tags for everybody, events with their properties', async () => {
  ctx = await kit.workspace()
  const { id: addTagId } = await createTag(ctx, {
    categoryId: null,
    name: '门店客户',
    description: '',
    kind: 'flag',
    values: [],
    many: true,
    colour: 'blue',
    ownerId: null,
    expiresAfterDays: null,
  })
  const { id: importId } = await upload('手机,城市,时间,门店\n13800000001,杭州,2024-01-02,一店\n')
  await saveImportMapping(ctx, { importId, name: '客户', target: 'people', mapping: ['phone', 'attribute:city', '', ''], options: { addTagIds: [addTagId] } })
  await saveImportMapping(ctx, { importId, name: '到店', target: 'events', mapping: ['phone', '', 'time', 'property:门店'], options: { eventName: '到店' } })
  const uses = (await readMappingUses(ctx)).map(({ of, by }) => `${by.name}: ${of.kind} ${of.key.replace('\n', ' ')}`)
  expect(uses.toSorted()).toEqual(
    [
      '到店: event 到店',
      '到店: namespace phone',
      '到店: property 到店 门店',
      '客户: attribute city',
      '客户: namespace phone',
      `客户: tag ${addTagId}`,
    ].toSorted(),
  )
})

it('says everything that is wrong with a mapping at once', async () => {
  ctx = await kit.workspace()
  const ask = (mapping: Record<string, string>, target: 'people' | 'tags' | 'identities', options = {}) =>
    importFile(ctx, { content: 'a,b\n1,2\n', target, mapping, options }).then(
      () => [],
      (error: { problems: { zh: string }[] }) => error.problems.map(({ zh }) => zh),
    )
  expect(await ask({ a: 'attribute:x', b: 'tag:0190a000-0000-7000-8000-000000000001' }, 'people')).toEqual([
    expect.stringContaining('不存在'),
    expect.stringContaining('至少要有一列能认出客户'),
  ])
  expect(await ask({ a: 'phone' }, 'tags')).toEqual([expect.stringContaining('没有标签')])
  expect(await ask({ a: 'phone' }, 'identities')).toEqual([expect.stringContaining('至少要有两列标识')])
  expect(await ask({ a: 'phone', b: 'sms_consent' }, 'people')).toEqual([expect.stringContaining('哪里、怎样同意')])
  expect(await ask({ a: 'identity:nothing' }, 'people')).toEqual([expect.stringContaining('不存在')])
})
