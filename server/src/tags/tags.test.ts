import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startTestKit, type TestKit } from '../../test/kit.ts'
import type { Context } from '../access/index.ts'
import { mergePeople, pagePersonIds } from '../people/index.ts'
import { listPeople } from '../people/listing/list-people.ts'
import { inTransaction } from '../platform/postgres/in-transaction.ts'
import { applyTags, type TagEntry } from './apply-tags.ts'
import { adoptTagCategories, createTagCategory, deleteTagCategory, listTagCategories, updateTagCategory } from './categories.ts'
import { countCoverage } from './count-coverage.ts'
import { cancelTagAction, undoTagAction } from './end-action.ts'
import { expireTags } from './expire-tags.ts'
import { startTags } from './jobs.ts'
import { mirrorTags } from './mirror-tags.ts'
import { changePersonTags, listPersonTags } from './person-tags.ts'
import { restoreTag, retireTag } from './retire-tag.ts'
import { stepActions } from './run-actions.ts'
import { createTag, moveTags, updateTag } from './save-tag.ts'
import { deleteTag, mergeTags, startTagAction } from './start-action.ts'
import { readPersonTagHistory, readTagHistory } from './tag-history.ts'
import { listTags, readTag } from './tag-row.ts'
import { undoTags } from './undo-tags.ts'

let kit: TestKit
let ctx: Context

beforeAll(async () => {
  kit = await startTestKit({ now: '2026-03-01T04:00:00Z' })
  startTags(kit.platform)
  ctx = await kit.workspace()
})
afterAll(() => kit.stop())

const input = { categoryId: null, description: '', kind: 'flag', values: [], many: true, colour: 'blue', ownerId: null, expiresAfterDays: null } as const
let named = 0
const flag = (more: object = {}) => createTag(ctx, { ...input, name: `标签 ${++named}`, values: [], ...more })
const valued = (more: object = {}) => flag({ kind: 'value', ...more })

async function newPeople(count: number, within: Context = ctx): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    insert into people (workspace_id, attributes) select ${within.workspaceId}, jsonb_build_object('name', '客户' || n, 'city', case when n % 2 = 0 then '杭州' else '上海' end)
    from generate_series(1, ${count}) as n returning id`.execute(kit.platform.db)
  return rows.map((row) => row.id)
}

function apply(entries: TagEntry[], more: { originId?: string } = {}) {
  const { workspaceId, platform } = ctx
  return inTransaction(platform.pool, (client) =>
    applyTags(client, { workspaceId, entries, source: 'import', originId: more.originId ?? null, now: platform.clock.now() }),
  )
}

const tagsOf = async (personId: number) => (await listPersonTags(ctx, personId)).map((tag) => (tag.value ? `${tag.name}=${tag.value}` : tag.name))
const settle = async () => {
  while (await stepActions(kit.platform));
  while (await mirrorTags(kit.platform));
  await countCoverage(kit.platform)
}
const warehouseRows = (tagId: string) =>
  kit.platform.warehouse.rows<{ person_id: number; value: string }>({
    sql: 'select person_id, value from person_tags final where workspace_id = {workspaceId:UInt32} and tag_id = {tagId:UUID} order by person_id, value',
    params: { workspaceId: ctx.workspaceId, tagId },
  })

describe('tags by batch', () => {
  it('sets, renews, replaces and takes away, the later entry over the earlier one', async () => {
    const [person = 0] = await newPeople(1)
    const vip = await flag()
    const favourite = await valued({ many: false })
    const several = await valued({ values: ['护肤', '彩妆'] })
    const entry = (tagId: string, value = '', more: Partial<TagEntry> = {}): TagEntry => ({ personId: person, tagId, value, ...more })

    expect(
      await apply([entry(vip.id), entry(favourite.id, '护肤'), entry(favourite.id, '彩妆'), entry(several.id, '护肤'), entry(several.id, '彩妆')]),
    ).toEqual({
      changed: 4,
      refused: 0,
    })
    expect(await tagsOf(person)).toEqual(
      [vip.name, `${favourite.name}=彩妆`, `${several.name}=彩妆`, `${several.name}=护肤`].toSorted((a, b) => (a < b ? -1 : 1)),
    )
    expect(await apply([entry(vip.id), entry(favourite.id, '彩妆')])).toEqual({ changed: 0, refused: 0 })
    expect(await apply([entry(several.id, '母婴'), entry(several.id, ''), entry('00000000-0000-7000-8000-000000000000')])).toEqual({ changed: 0, refused: 3 })
    await apply([
      entry(favourite.id, '香水'),
      entry(vip.id, '', { remove: true }),
      entry(several.id, '', { remove: true, anyValue: true }),
      entry(several.id, '护肤'),
    ])
    expect(await tagsOf(person)).toEqual([`${favourite.name}=香水`, `${several.name}=护肤`])
  })

  it('is mirrored to the warehouse and counted there', async () => {
    const people = await newPeople(30)
    const tag = await valued()
    await apply(people.map((personId, index) => ({ personId, tagId: tag.id, value: index % 3 === 0 ? '高' : '低' })))
    await apply(people.slice(0, 6).map((personId) => ({ personId, tagId: tag.id, value: '', remove: true, anyValue: true })))
    await settle()
    expect(await warehouseRows(tag.id)).toHaveLength(24)
    expect(await readTag(ctx, tag.id)).toMatchObject({
      people: 24,
      topValues: [
        { value: '低', people: 16 },
        { value: '高', people: 8 },
      ],
    })
    expect(await mirrorTags(kit.platform)).toBe(false)
  })

  it('expires exactly once, also when two processes look at the same time', async () => {
    const people = await newPeople(50)
    const tag = await flag({ expiresAfterDays: 7 })
    await apply(people.map((personId) => ({ personId, tagId: tag.id, value: '' })))
    expect(await expireTags(kit.platform)).toBe(0)
    kit.clock.set(new Date(kit.clock.now().getTime() + 7 * 86_400_000))
    const counts = await Promise.all([expireTags(kit.platform), expireTags(kit.platform), expireTags(kit.platform)])
    expect(counts.reduce((left, right) => left + right)).toBe(50)
    const { items } = await readTagHistory(ctx, { id: tag.id, limit: 200 })
    expect(items.filter((item) => item.change === 'expired')).toHaveLength(50)
    await settle()
    expect(await warehouseRows(tag.id)).toEqual([])
  })

  it('undoes an origin, and leaves what somebody changed since', async () => {
    const people = await newPeople(4)
    const [first = 0, second = 0, third = 0, fourth = 0] = people
    const favourite = await valued({ many: false })
    const vip = await flag()
    await apply([{ personId: first, tagId: favourite.id, value: '旧' }])
    const originId = '0190c0de-0000-7000-8000-000000000001'
    await apply(
      people.flatMap((personId) => [
        { personId, tagId: favourite.id, value: '新' },
        { personId, tagId: vip.id, value: '' },
      ]),
      { originId },
    )
    await changePersonTags(ctx, { personId: second, set: [{ tagId: favourite.id, value: '手工' }], remove: [] })
    await changePersonTags(ctx, { personId: third, set: [], remove: [{ tagId: vip.id }] })
    await changePersonTags(ctx, { personId: third, set: [{ tagId: vip.id, value: '' }], remove: [] })
    let after: number | null = 0
    while (after !== null) {
      const from: number = after
      after = (
        await inTransaction(kit.platform.pool, (client) =>
          undoTags(client, { workspaceId: ctx.workspaceId, originId, after: from, limit: 3, setBy: null, now: kit.clock.now() }),
        )
      ).next
    }
    expect(await tagsOf(first)).toEqual([`${favourite.name}=旧`])
    expect(await tagsOf(second)).toEqual([`${favourite.name}=手工`])
    expect(await tagsOf(third)).toEqual([vip.name])
    expect(await tagsOf(fourth)).toEqual([])
  })
})

describe('tags of merged people', () => {
  it('go to the person who stays, in the history and in the warehouse too', async () => {
    const [kept = 0, merged = 0] = await newPeople(2)
    const vip = await flag()
    const level = await valued()
    await apply([
      { personId: merged, tagId: vip.id, value: '' },
      { personId: merged, tagId: level.id, value: '高' },
      { personId: kept, tagId: level.id, value: '高' },
    ])
    const { workspaceId, platform } = ctx
    await inTransaction(platform.pool, async (client) =>
      mergePeople(client, { platform, workspaceId, pairs: [{ keptId: kept, mergedId: merged, reason: 'manual' }], decidedBy: null, now: kit.clock.now() }),
    )
    await settle()
    expect(await tagsOf(merged)).toEqual([vip.name, `${level.name}=高`])
    expect((await warehouseRows(vip.id)).map((row) => row.person_id)).toEqual([kept])
    expect((await warehouseRows(level.id)).map((row) => row.person_id)).toEqual([kept])
    const { items } = await readPersonTagHistory(ctx, { personId: kept, limit: 20 })
    expect(items.map(({ change, personId }) => [change, personId])).toContainEqual(['moved', kept])
    await changePersonTags(ctx, { personId: merged, set: [], remove: [{ tagId: vip.id }] })
    await settle()
    expect(await warehouseRows(vip.id)).toEqual([])
  })
})

describe('tags of people who are being merged', () => {
  it('go to the person who stays, by hand and in a change to many, whichever comes first', async () => {
    const [kept = 0, merged = 0, other = 0, intoOther = 0] = await newPeople(4)
    const [vip, many] = [await flag(), await flag()]
    const { workspaceId, platform } = ctx
    const pairs = (keptId: number, mergedId: number) => [{ keptId, mergedId, reason: 'manual' as const }]
    let tagging: Promise<unknown> = Promise.resolve()
    await inTransaction(platform.pool, async (client) => {
      await mergePeople(client, { platform, workspaceId, pairs: pairs(kept, merged), decidedBy: null, now: kit.clock.now() })
      tagging = changePersonTags(ctx, { personId: merged, set: [{ tagId: vip.id, value: '' }], remove: [] })
      // It found the person as they were, and waits now.
      await someoneWaits(tagging)
    })
    await tagging
    expect([await tagsOf(kept), await holders(vip.id)]).toEqual([[vip.name], [kept]])

    const targets = { kind: 'query' as const, query: { tagId: vip.id } }
    await apply([{ personId: intoOther, tagId: vip.id, value: '' }])
    await settle()
    const { id } = await startTagAction(ctx, { tagId: many.id, kind: 'add', value: '', targets })
    // The first step finds the people, who are one when the second gives them the tag.
    await stepActions(platform)
    await inTransaction(platform.pool, (client) =>
      mergePeople(client, { platform, workspaceId, pairs: pairs(other, intoOther), decidedBy: null, now: kit.clock.now() }),
    )
    await settle()
    expect([id.length > 0, await holders(many.id)]).toEqual([true, [kept, other].toSorted((a, b) => a - b)])
  })
})

/** Until a session waits for a lock of the tags or of who is who; fails when the work ends instead. */
async function someoneWaits(work: Promise<unknown>): Promise<void> {
  const ended = work.then(() => {
    throw new Error('It did not wait')
  })
  const waits = vi.waitFor(
    async () => {
      const { rows } = await sql<{ count: number }>`
        select count(*)::int as count from pg_locks where locktype = 'advisory' and not granted
          and database = (select oid from pg_database where datname = current_database())`.execute(kit.platform.db)
      expect(rows[0]!.count).toBeGreaterThan(0)
    },
    { timeout: 180_000, interval: 20 },
  )
  await Promise.race([waits, ended])
}

async function holders(tagId: string): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select person_id as id from person_tags where workspace_id = ${ctx.workspaceId} and tag_id = ${tagId}::uuid order by person_id`.execute(kit.platform.db)
  return rows.map((row) => row.id)
}

describe('tags of one person', () => {
  it('refuses values and tags that cannot be given, and tells the history who did it', async () => {
    const [person = 0] = await newPeople(1)
    const tag = await valued({ values: ['高', '低'] })
    const give = (tagId: string, value: string) => changePersonTags(ctx, { personId: person, set: [{ tagId, value }], remove: [] })
    await expect(give(tag.id, '中')).rejects.toMatchObject({ errorName: 'validation' })
    await expect(give(tag.id, '')).rejects.toMatchObject({ errorName: 'validation' })
    await give(tag.id, '高')
    await retireTag(ctx, { id: tag.id, confirmUsed: false })
    await expect(give(tag.id, '低')).rejects.toMatchObject({ errorName: 'validation' })
    expect((await listPersonTags(ctx, person))[0]).toMatchObject({ value: '高', retired: true, source: 'manual', setBy: ctx.actor.name })
    await restoreTag(ctx, tag.id)
    await changePersonTags(ctx, { personId: person, set: [], remove: [{ tagId: tag.id }] })
    const { items } = await readPersonTagHistory(ctx, { personId: person, limit: 10 })
    expect(items.map(({ change, value, setBy }) => [change, value, setBy])).toEqual([
      ['removed', '高', ctx.actor.name],
      ['set', '高', ctx.actor.name],
    ])
  })
})

describe('tags of many people', () => {
  it('tags everyone of a list in the background and undoes it', async () => {
    const within = await kit.workspace()
    const people = await newPeople(40, within)
    const tag = await createTag(within, { ...input, name: '杭州客户', values: [] })
    const query = { city: '杭州' }
    const action = await startTagAction(within, { tagId: tag.id, kind: 'add', value: '', targets: { kind: 'query', query } })
    expect(action).toMatchObject({ state: 'collecting', peopleTotal: null })
    await settle()
    const listed = await listPeople(within, { tagId: tag.id, limit: 100 })
    expect(listed).toMatchObject({ total: 20 })
    expect(listed.items.every((person) => person.city === '杭州')).toBe(true)
    expect((await pagePersonIds(within, { tagId: tag.id }, { before: null, limit: 7 })).personIds).toHaveLength(7)
    expect((await readTag(within, tag.id)).people).toBe(20)
    await undoTagAction(within, action.id)
    await settle()
    expect((await readTag(within, tag.id)).people).toBe(0)
    expect(people).toHaveLength(40)
  })

  it('tags chosen people at once, only those of the workspace, and can be cancelled only while it runs', async () => {
    const stranger = await kit.workspace()
    const [foreign = 0] = await newPeople(1, stranger)
    const people = await newPeople(3)
    const tag = await flag()
    const targets = { kind: 'people' as const, personIds: [...people, foreign] }
    const action = await startTagAction(ctx, { tagId: tag.id, kind: 'add', value: '', targets })
    expect(action).toMatchObject({ state: 'finished', peopleTotal: 3, peopleDone: 3, peopleChanged: 3, canUndo: true })
    await expect(cancelTagAction(ctx, action.id)).rejects.toMatchObject({ errorName: 'precondition' })
    await expect(cancelTagAction(stranger, action.id)).rejects.toMatchObject({ errorName: 'not-found' })
  })

  it('merges a flag into a value of another tag, and takes the merge back', async () => {
    const people = await newPeople(5)
    const skin = await flag({ name: '护肤爱好者' })
    const favourite = await valued({ values: ['彩妆'] })
    await apply(people.map((personId) => ({ personId, tagId: skin.id, value: '' })))
    const action = await mergeTags(ctx, { id: skin.id, intoId: favourite.id, value: '护肤' })
    await settle()
    expect(await tagsOf(people[0]!)).toEqual([`${favourite.name}=护肤`])
    await expect(readTag(ctx, skin.id)).rejects.toMatchObject({ errorName: 'not-found' })
    expect((await readTag(ctx, favourite.id)).values).toEqual(['彩妆', '护肤'])
    // The id of the merged tag goes on to mean something: saved mappings of imports hold it.
    const [late = 0] = await newPeople(1)
    expect(await apply([{ personId: late, tagId: skin.id, value: '护肤' }])).toEqual({ changed: 1, refused: 0 })
    await undoTagAction(ctx, action.id)
    await settle()
    expect(await tagsOf(people[0]!)).toEqual([skin.name])
    expect((await readTag(ctx, skin.id)).people).toBe(5)
  })

  it('deletes a tag with its people only when their number was confirmed, and brings both back', async () => {
    const people = await newPeople(5)
    const tag = await flag()
    await apply(people.map((personId) => ({ personId, tagId: tag.id, value: '' })))
    await expect(deleteTag(ctx, { id: tag.id, confirmPeople: 3 })).rejects.toMatchObject({ errorName: 'precondition' })
    const action = await deleteTag(ctx, { id: tag.id, confirmPeople: 5 })
    await settle()
    expect((await listTags(ctx, { state: 'all' })).items.map((each) => each.id)).not.toContain(tag.id)
    expect(await tagsOf(people[0]!)).toEqual([])
    await undoTagAction(ctx, action.id)
    await settle()
    expect((await readTag(ctx, tag.id)).people).toBe(5)
  })
})

describe('categories', () => {
  it('are a tree without circles, four levels at most; what is in a deleted one goes up', async () => {
    const within = await kit.workspace()
    const proposed = await adoptTagCategories(within)
    expect(proposed.map((category) => category.key)).toEqual(['behaviour', 'interest', 'lifecycle', 'value', 'scenario'])
    expect(await adoptTagCategories(within)).toHaveLength(5)
    const beauty = await createTagCategory(within, { name: '美妆', parentId: proposed[1]!.id })
    const skin = await createTagCategory(within, { name: '护肤', parentId: beauty.id })
    const deep = await createTagCategory(within, { name: '面霜', parentId: skin.id })
    await expect(createTagCategory(within, { name: '更深', parentId: deep.id })).rejects.toMatchObject({ errorName: 'precondition' })
    await expect(updateTagCategory(within, { id: beauty.id, parentId: deep.id })).rejects.toMatchObject({ errorName: 'precondition' })
    await expect(createTagCategory(within, { name: '护肤', parentId: beauty.id })).rejects.toMatchObject({ errorName: 'conflict' })
    const tag = await createTag(within, { ...input, name: '爱护肤', values: [] })
    await moveTags(within, { tagIds: [tag.id], categoryId: skin.id })
    await deleteTagCategory(within, skin.id)
    expect((await readTag(within, tag.id)).categoryId).toBe(beauty.id)
    expect((await listTagCategories(within)).find((category) => category.id === deep.id)?.parentId).toBe(beauty.id)
  })

  it('refuses a tag whose name is taken, whatever its case', async () => {
    const tag = await flag({ name: 'VIP 客户' })
    await expect(flag({ name: 'vip 客户' })).rejects.toMatchObject({ errorName: 'conflict' })
    expect(await updateTag(ctx, { id: tag.id, name: 'vip 客户', colour: 'gold' })).toMatchObject({ name: 'vip 客户', colour: 'gold' })
  })
})
