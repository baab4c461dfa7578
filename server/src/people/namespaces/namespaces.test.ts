import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtInNamespaces } from '../../../../contracts/namespaces.ts'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { readSaid, type SaidRow } from '../record/attribute-origins.ts'
import { originNumber } from '../record/attribute-origins.ts'
import { findByIdentity } from '../listing/find-by-identity.ts'
import { readPerson } from '../profile/read-person.ts'
import { findNamed, itemOf, resolveItems, resolveNamed } from '../resolving/testing/resolve-batch.ts'
import { listNamespaces } from './list-namespaces.ts'
import { readNamespaces } from './read-namespaces.ts'
import { createNamespace, updateNamespace } from './save-namespace.ts'

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit()
})
afterAll(async () => kit?.stop())

const crm = {
  key: 'crm_id',
  label: { zh: 'CRM 编号', en: 'CRM id' },
  strength: 'strong',
  priority: 15,
  perPersonMax: 1,
  pattern: 'C\\d{6}',
  normaliser: 'text',
  secret: false,
} as const
const idCard = { ...crm, key: 'id_card', label: { zh: '身份证号', en: 'Id card' }, pattern: '\\d{17}[0-9x]', normaliser: 'lowercase', secret: true } as const

describe('a new workspace', () => {
  it('has the built-in kinds, as the contract lists them, strongest first', async () => {
    const ctx = await kit.workspace()
    const { items } = await listNamespaces(ctx)
    expect(items).toEqual(builtInNamespaces.map((namespace) => ({ ...namespace, builtIn: true, disabledAt: null })))
  })
})

describe('a kind of one’s own', () => {
  it('is normalised and checked by its pattern, links people, and is found by its value', async () => {
    const ctx = await kit.workspace()
    await createNamespace(ctx, crm)
    const rules = await readNamespaces(kit.platform, ctx.workspaceId)
    expect(rules.normalise('crm_id', ' C000001 ')).toBe('C000001')
    expect(rules.normalise('crm_id', 'X1')).toHaveProperty('zh')
    const [byPhone] = await resolveNamed(ctx, [[['phone', '+8613800000001']]])
    const [byCrm] = await resolveNamed(ctx, [[['crm_id', 'C000001']]])
    expect(
      await resolveNamed(ctx, [
        [
          ['phone', '+8613800000001'],
          ['crm_id', 'C000001'],
        ],
      ]),
    ).toEqual([byCrm])
    expect(byPhone).not.toBe(byCrm)
    expect(await findByIdentity(ctx, 'C000001')).toEqual([byCrm])
    const person = await readPerson(ctx, { personId: byCrm! })
    expect(person.identities).toContainEqual(expect.objectContaining({ namespace: 'crm_id', label: crm.label, value: 'C000001', masked: false }))
  })

  it('that is secret is kept sealed only, and shown masked', async () => {
    const ctx = await kit.workspace()
    await createNamespace(ctx, idCard)
    const [personId] = await resolveNamed(ctx, [[['id_card', '11010119900101001x']]])
    const { rows } = await sql<{ value: string | null; sealed: Buffer }>`
      select value, sealed from identities where workspace_id = ${ctx.workspaceId} and person_id = ${personId}`.execute(kit.platform.db)
    expect(rows[0]!.value).toBeNull()
    expect((await kit.platform.vaults.of(ctx.workspaceId)).open(rows[0]!.sealed)).toBe('11010119900101001x')
    const person = await readPerson(ctx, { personId: personId! })
    expect(person.identities).toEqual([expect.objectContaining({ value: '****1x', masked: true })])
    expect(await findByIdentity(ctx, '11010119900101001X')).toEqual([personId])
  })

  it('that another process made a moment ago is known when data names it', async () => {
    const ctx = await kit.workspace()
    await readNamespaces(kit.platform, ctx.workspaceId)
    await sql`
      insert into namespaces (workspace_id, key, label_zh, label_en, strength, priority, per_person_max, normaliser, secret)
      values (${ctx.workspaceId}, 'pos_card', '门店卡号', 'Card', 'strong', 5, 1, 'text', false)`.execute(kit.platform.db)
    const [byCard, byUser] = await resolveNamed(ctx, [[['pos_card', '1']], [['user_id', 'u']]])
    expect(
      await resolveNamed(ctx, [
        [
          ['user_id', 'u'],
          ['pos_card', '1'],
        ],
      ]),
    ).toEqual([byCard])
    expect(byUser).not.toBe(byCard)
  })

  it('that is gone when the data comes counts as weak and is kept secret', async () => {
    const ctx = await kit.workspace()
    const [first, second] = await resolveNamed(ctx, [
      [
        ['user_id', 'a'],
        ['nobody_knows', 'x'],
      ],
      [
        ['user_id', 'b'],
        ['nobody_knows', 'x'],
      ],
    ])
    expect(second).not.toBe(first)
    const { rows } = await sql<object>`
      select value from identities where workspace_id = ${ctx.workspaceId} and namespace = 'nobody_knows'`.execute(kit.platform.db)
    expect(rows).toEqual([{ value: null }])
  })
})

describe('changes', () => {
  it('take effect at once: a higher limit lets more be linked, a disabled kind is refused', async () => {
    const ctx = await kit.workspace()
    const [one] = await resolveNamed(ctx, [
      [
        ['user_id', 'u'],
        ['member_no', 'm1'],
      ],
    ])
    await updateNamespace(ctx, { key: 'member_no', perPersonMax: 2 })
    await resolveNamed(ctx, [
      [
        ['user_id', 'u'],
        ['member_no', 'm2'],
      ],
    ])
    expect(await findNamed(ctx, [[['member_no', 'm2']]])).toEqual([one])
    const disabled = await updateNamespace(ctx, { key: 'member_no', disabled: true })
    expect(disabled.disabledAt).not.toBeNull()
    expect((await readNamespaces(kit.platform, ctx.workspaceId)).normalise('member_no', 'm3')).toHaveProperty('zh')
    expect((await updateNamespace(ctx, { key: 'member_no', disabled: false })).disabledAt).toBeNull()
  })

  it('refuse patterns that cannot be read, names that are taken, and kinds that do not exist', async () => {
    const ctx = await kit.workspace()
    await expect(createNamespace(ctx, { ...crm, pattern: '(a' })).rejects.toMatchObject({ errorName: 'validation', problems: [{ at: 'body.pattern' }] })
    await expect(createNamespace(ctx, { ...crm, pattern: '(?=a)b' })).rejects.toMatchObject({ errorName: 'validation' })
    await createNamespace(ctx, crm)
    await expect(createNamespace(ctx, crm)).rejects.toMatchObject({ errorName: 'conflict' })
    await expect(updateNamespace(ctx, { key: 'none', priority: 1 })).rejects.toMatchObject({ errorName: 'not-found' })
  })
})

async function saidRow(ctx: Context, personId: number): Promise<SaidRow> {
  const { rows } = await sql<SaidRow>`
    select attributes, attribute_times, attribute_sources, phone_key, email_key from people where workspace_id = ${ctx.workspaceId} and id = ${personId}`.execute(
    ctx.platform.db,
  )
  return rows[0]!
}

it('remembers who said what about a person, and fills only gaps where asked to', async () => {
  const ctx = await kit.workspace()
  const { platform, workspaceId } = ctx
  const file = await originNumber(platform, workspaceId, { kind: 'import', originId: 'f1' })
  const site = await originNumber(platform, workspaceId, { kind: 'tracking', originId: 's1' })
  const item = itemOf([['user_id', 'u']])
  const { personIds } = await resolveItems(ctx, [{ ...item, timeMs: 10, traits: { city: '杭州', level: '金' } }], [file])
  await resolveItems(
    ctx,
    [
      { ...item, timeMs: 20, traits: { level: '银', age: 30 }, attributeMode: 'fillEmpty' },
      { ...item, timeMs: 30, operations: { increment: { visits: 2 } } },
    ],
    [site, site],
  )
  const row = await saidRow(ctx, personIds[0]!)
  expect(row.attributes).toEqual({ city: '杭州', level: '金', age: 30, visits: 2 })
  const said = await readSaid(platform.db, workspaceId, row)
  expect(said.get('city')).toEqual({ timeMs: 10, source: { kind: 'import', originId: 'f1' } })
  expect(said.get('age')).toEqual({ timeMs: 20, source: { kind: 'tracking', originId: 's1' } })
  expect(said.get('visits')).toEqual({ timeMs: 30, source: { kind: 'tracking', originId: 's1' } })
})
