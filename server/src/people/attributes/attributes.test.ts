import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { mirrorLinesOf } from '../mirror/mirror-people.ts'
import { listAttributeValues } from './list-attribute-values.ts'
import { listAttributes } from './list-attributes.ts'
import { listPeople } from '../listing/list-people.ts'
import { readPerson } from '../profile/read-person.ts'
import { registerUsage } from '../usage.ts'
import { revealPerson } from '../profile/reveal-person.ts'
import { changeAttributeType, previewAttributeType } from './attribute-type.ts'
import { readAttributeDefinition } from './attribute-row.ts'
import { stepConversions } from './convert-attributes.ts'
import { defineAttribute, updateAttribute } from './define-attribute.ts'
import { listPickableAttributes } from './list-pickable.ts'
import { restoreAttribute, retireAttribute } from './retire-attribute.ts'
import { sql } from 'kysely'

let kit: TestKit
let ctx: Context

beforeAll(async () => {
  kit = await startTestKit({ now: '2026-03-01T04:00:00Z' })
  ctx = await kit.workspace()
})
afterAll(() => kit.stop())

async function bringPeople(within: Context, attributes: object[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    insert into people (workspace_id, attributes) select ${within.workspaceId}, value from jsonb_array_elements(${JSON.stringify(attributes)}::jsonb) returning id`.execute(
    kit.platform.db,
  )
  const personIds = rows.map((row) => row.id)
  await mirror(within, personIds)
  return personIds
}

async function mirror(within: Context, personIds: number[]): Promise<void> {
  const lines = await mirrorLinesOf(kit.platform, { workspaceId: within.workspaceId, personIds })
  await kit.platform.warehouse.insertJsonLines('people', Buffer.from(lines.join('')), { token: lines.join('').slice(0, 5_000) })
}

const label = { zh: '积分', en: 'Points' }

describe('definitions', () => {
  it('are made before any data, changed, and refused for keys that mean something else', async () => {
    expect(
      await defineAttribute(ctx, { key: 'spend', type: 'number', label: { zh: '累计消费', en: '' }, format: 'money', unit: '元', pii: false }),
    ).toMatchObject({
      type: 'number',
      format: 'money',
      label: { zh: '累计消费', en: 'spend' },
      builtIn: false,
    })
    await expect(defineAttribute(ctx, { key: 'spend', type: 'text', label })).rejects.toMatchObject({ errorName: 'conflict' })
    await expect(defineAttribute(ctx, { key: 'phone', type: 'text', label })).rejects.toMatchObject({ errorName: 'validation' })
    await expect(defineAttribute(ctx, { key: 'area', type: 'number', format: 'region', label })).rejects.toMatchObject({ errorName: 'validation' })
    expect(await updateAttribute(ctx, { key: 'city', description: '常住城市', visible: false })).toMatchObject({
      builtIn: true,
      description: '常住城市',
      visible: false,
    })
  })

  it('are retired out of pickers only when nothing uses them, or that is confirmed, and come back', async () => {
    await defineAttribute(ctx, { key: 'points', type: 'number', label })
    registerUsage('test', async () => [{ of: { kind: 'attribute', key: 'points' }, by: { kind: 'segment', id: '1', name: '高积分' } }])
    await expect(retireAttribute(ctx, { key: 'points', confirmUsed: false })).rejects.toMatchObject({
      errorName: 'precondition',
      zh: expect.stringContaining('高积分'),
    })
    await retireAttribute(ctx, { key: 'points', confirmUsed: true })
    expect((await listPickableAttributes(ctx)).items.map((each) => each.key)).not.toContain('points')
    await restoreAttribute(ctx, 'points')
    expect((await listPickableAttributes(ctx)).items.map((each) => each.key)).toContain('points')
    registerUsage('test', async () => [])
  })
})

describe('what is said about an attribute', () => {
  it('offers its options beside the values there are, and keeps it back on the page', async () => {
    const within = await kit.workspace()
    const [personId = 0] = await bringPeople(within, [{ level: '金' }])
    await defineAttribute(within, { key: 'level', type: 'text', label: { zh: '等级', en: 'Level' }, options: ['金', '银', '铜'], visible: false })
    expect((await listAttributeValues(within, { key: 'level' })).items).toEqual([
      { value: '金', count: 1 },
      { value: '银', count: 0 },
      { value: '铜', count: 0 },
    ])
    expect((await readPerson(within, { personId })).attributes).toMatchObject([{ key: 'level', hidden: true }])
  })

  it('offers of a region also the wider ones, with everybody within', async () => {
    const within = await kit.workspace()
    await bringPeople(within, [{ area: '浙江省杭州市' }, { area: '浙江省宁波市' }, { area: '上海市' }])
    await defineAttribute(within, { key: 'area', type: 'text', format: 'region', label: { zh: '地区', en: 'Area' } })
    expect((await listAttributes(within)).items.find(({ key }) => key === 'area')).toMatchObject({ format: 'region' })
    expect((await listAttributeValues(within, { key: 'area', regions: 'true', search: '浙江' })).items).toEqual([
      { value: '浙江省', count: 2 },
      { value: '浙江省宁波市', count: 1 },
      { value: '浙江省杭州市', count: 1 },
    ])
  })
})

describe('a change of type', () => {
  it('shows what fits, is refused while values do not, and converts the rest in the background', async () => {
    const within = await kit.workspace()
    await defineAttribute(within, { key: 'age', type: 'text', label: { zh: '年龄', en: 'Age' } })
    const personIds = await bringPeople(within, [{ age: '30' }, { age: '1,200' }, { age: '三十' }, { city: '杭州' }])
    expect(await previewAttributeType(within, { key: 'age', type: 'number' })).toMatchObject({
      values: 3,
      fit: 2,
      misfit: 1,
      exact: true,
      examples: expect.arrayContaining([{ value: '三十', becomes: null, people: 1 }]),
    })
    const change = { key: 'age', type: 'number', format: null, confirmUsed: false } as const
    await expect(changeAttributeType(within, { ...change, keepMisfits: false })).rejects.toMatchObject({ errorName: 'precondition' })
    await changeAttributeType(within, { ...change, keepMisfits: true })
    while (await stepConversions(kit.platform));
    expect((await readAttributeDefinition(within, 'age')).conversion).toMatchObject({ state: 'running', converted: 2, misfits: 1 })
    kit.clock.set(new Date(kit.clock.now().getTime() + 61_000))
    while (await stepConversions(kit.platform));
    expect(await readAttributeDefinition(within, 'age')).toMatchObject({ type: 'number', conversion: { state: 'finished', converted: 2, misfits: 1 } })
    const { rows } = await sql<{ age: unknown }>`select attributes -> 'age' as age from people where id = any(${personIds}::bigint[]) order by id`.execute(
      kit.platform.db,
    )
    expect(rows.map((row) => row.age)).toEqual([30, 1200, '三十', null])
  })
})

describe('personal data', () => {
  it('is masked in lists, on the page and in suggestions, and revealed with an audit row', async () => {
    const within = await kit.workspace()
    const [personId = 0] = await bringPeople(within, [{ name: '王小明', idCard: '330106199001011234', city: '杭州' }])
    await defineAttribute(within, { key: 'idCard', type: 'text', label: { zh: '证件号', en: 'Id card' }, pii: true })
    await updateAttribute(within, { key: 'name', pii: true })
    const person = await readPerson(within, { personId })
    expect(person.name).toBe('王***')
    expect(person.attributes.find((each) => each.key === 'idCard')).toMatchObject({ value: '3***', masked: true })
    expect((await listPeople(within, { limit: 5 })).items[0]).toMatchObject({ name: '王***', city: '杭州' })
    expect((await listAttributeValues(within, { key: 'idCard' })).items).toEqual([])
    expect(await revealPerson(within, { personId })).toMatchObject({ attributes: { name: '王小明', idCard: '330106199001011234' } })
  })
})
