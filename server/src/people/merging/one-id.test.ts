import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { defineAttribute } from '../attributes/define-attribute.ts'
import { readPerson } from '../profile/read-person.ts'
import { readTimeline } from '../profile/read-timeline.ts'
import { decideConflict, decideConflicts } from './conflicts/decide-conflict.ts'
import { listConflicts, readConflict } from './conflicts/list-conflicts.ts'
import { listPersonMerges } from './list-merges.ts'
import { mergeByHand, undoByHand } from './merge-by-hand.ts'
import { listHeldIdentities } from './merge-side.ts'
import { previewMerge } from './preview-merge.ts'
import { previewSplit, splitPerson } from './split-person.ts'
import { listSuggestions } from './suggestions/list-suggestions.ts'
import { giveIdentity, makeEvent, makePerson, merge } from './testing/merge-kit.ts'

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit()
})
afterAll(async () => kit?.stop())

const namespaceAndOwner = async (ctx: Context) =>
  (
    await sql<{ text: string }>`select namespace || ' ' || person_id as text from identities where workspace_id = ${ctx.workspaceId} order by 1`.execute(
      kit.platform.db,
    )
  ).rows.map(({ text }) => text)

async function conflict(ctx: Context, identity: string, keptId: number, otherId: number): Promise<number> {
  const [namespace = '', value = ''] = identity.split(':')
  const key = (await kit.platform.vaults.of(ctx.workspaceId)).blindIndex(namespace, value)
  const { rows } = await sql<{ id: number }>`
    insert into identity_conflicts (workspace_id, namespace, key, kept_person_id, other_person_id, limit_namespace)
    values (${ctx.workspaceId}, ${namespace}, ${key}, ${keptId}, ${otherId}, 'user_id') returning id`.execute(kit.platform.db)
  return rows[0]!.id
}

async function twoPeople(ctx: Context): Promise<[number, number]> {
  const kept = await makePerson(ctx, {
    attributes: { name: ['王小明', 10], city: ['杭州', 30], vip: [true, 5] },
    identities: ['user_id:1'],
    phone: '+8613800000001',
    consents: [['granted', 100]],
  })
  const merged = await makePerson(ctx, {
    attributes: { name: ['王明', 20], city: ['上海', 20], vip: [true, 9] },
    identities: ['user_id:2', 'device_id:d'],
    phone: '+8613800000002',
    consents: [['withdrawn', 100]],
  })
  return [kept, merged]
}

it('previews what a merge makes: which side wins and why, limits that break, masked', async () => {
  const ctx = await kit.workspace()
  const [kept, merged] = await twoPeople(ctx)
  await makeEvent(ctx, merged)
  const preview = await previewMerge(ctx, { keptId: kept, mergedId: merged })
  const outcome = Object.fromEntries(preview.attributes.map(({ key, wins, why }) => [key, `${wins} ${why}`]))
  expect(outcome).toEqual({ phone: 'kept keptHasOne', name: 'merged newer', city: 'kept newer', vip: 'merged same' })
  expect(preview.kept.phone).toBe('138****0001')
  expect(preview.merged.counts).toMatchObject({ events: 1, orders: 1, amountFen: 100 })
  expect(preview.consents).toEqual([expect.objectContaining({ state: 'withdrawn', wins: 'merged', why: 'withdrawalAtEqualTime' })])
  expect(preview.limits.map(({ namespace, max, count }) => [namespace, max, count])).toEqual([
    ['user_id', 1, 2],
    ['phone', 1, 2],
  ])
  const { attributes } = await readPerson(ctx, { personId: (await mergeByHand(ctx, { keptId: kept, mergedId: merged })).personId })
  expect(Object.fromEntries(attributes.map(({ key, value }) => [key, value]))).toEqual({ name: '王明', city: '杭州', vip: true })
})

it('masks personal data wherever two people are compared, merged or asked about', async () => {
  const ctx = await kit.workspace()
  const [kept, merged] = await twoPeople(ctx)
  for (const key of ['name', 'city']) await defineAttribute(ctx, { key, type: 'text', label: { zh: key, en: key }, pii: true })
  const conflictId = await conflict(ctx, 'user_id:2', kept, merged)
  await sql`
    insert into merge_suggestions (workspace_id, low_id, high_id, score, comparisons, found_at)
    values (${ctx.workspaceId}, ${kept}, ${merged}, 20, ${JSON.stringify([{ field: 'name', left: '王小明', right: '王明', similarity: 0.9, weight: 6 }])}::jsonb, now())`.execute(
    kit.platform.db,
  )
  const preview = await previewMerge(ctx, { keptId: kept, mergedId: merged })
  const { items: suggestions } = await listSuggestions(ctx, { state: 'open', limit: 10 })
  const shown = [preview, await readConflict(ctx, { conflictId }), suggestions, await mergeByHand(ctx, { keptId: kept, mergedId: merged })]
  expect(shown.map((each) => /王小明|王明|杭州|上海/.exec(JSON.stringify(each))?.[0])).toEqual([undefined, undefined, undefined, undefined])
  expect(preview.attributes.find(({ key }) => key === 'city')).toMatchObject({ kept: { value: '杭***' }, merged: { value: '上***' }, wins: 'kept' })
  expect(suggestions).toMatchObject([{ leftName: '王***', comparisons: [{ left: '王***', right: '王***' }] }])
})

it('answers a former id with the person of today, with both histories', async () => {
  const ctx = await kit.workspace()
  const [kept, merged] = await twoPeople(ctx)
  await makeEvent(ctx, kept)
  await makeEvent(ctx, merged)
  const done = await mergeByHand(ctx, { keptId: kept, mergedId: merged })
  expect(await readPerson(ctx, { personId: merged })).toMatchObject({ personId: kept, orders: 2, events: 2, amountFen: 200 })
  expect((await readTimeline(ctx, { personId: merged, limit: 10 })).items).toHaveLength(2)
  expect((await listPersonMerges(ctx, { personId: merged, limit: 10 })).items).toEqual([done])
  const undone = await undoByHand(ctx, { mergeId: done.mergeId })
  expect(undone.undoneBy).toMatch(/^owner/)
  expect(await readPerson(ctx, { personId: merged })).toMatchObject({ personId: merged, orders: 1, events: 1 })
  expect((await previewMerge(ctx, { keptId: kept, mergedId: merged })).keptApart?.decidedBy).toMatch(/^owner/)
  await expect(undoByHand(ctx, { mergeId: done.mergeId })).rejects.toMatchObject({ errorName: 'conflict' })
})

it('lets chosen identities leave to a new person with the phone they are', async () => {
  const ctx = await kit.workspace()
  const person = await makePerson(ctx, { attributes: { name: ['王', 1] }, identities: ['user_id:1', 'device_id:d'], phone: '+8613800000001' })
  const { items } = await listHeldIdentities(ctx, { personId: person })
  const chosen = items.filter(({ namespace }) => namespace !== 'user_id')
  await makeEvent(ctx, person)
  expect(await previewSplit(ctx, { personId: person, identities: chosen })).toMatchObject({
    formerPersonId: null,
    mergeIds: [],
    eventsLeaving: 0,
    eventsStaying: 1,
  })
  const { newPersonId } = await splitPerson(ctx, { personId: person, identities: chosen })
  expect(await namespaceAndOwner(ctx)).toEqual([`device_id ${newPersonId}`, `phone ${newPersonId}`, `user_id ${person}`])
  expect((await readPerson(ctx, { personId: newPersonId })).phone).toBe('138****0001')
  expect((await readPerson(ctx, { personId: person })).phone).toBeNull()
  await expect(splitPerson(ctx, { personId: person, identities: items.filter(({ namespace }) => namespace === 'user_id') })).rejects.toMatchObject({
    errorName: 'precondition',
  })
})

it('brings back the former person when all identities of a merge leave, and gives them the rest of the chosen ones', async () => {
  const ctx = await kit.workspace()
  const [kept, merged] = await twoPeople(ctx)
  const other = await makePerson(ctx, { identities: ['user_id:3'] })
  await makeEvent(ctx, merged)
  await makeEvent(ctx, kept)
  await merge(ctx, [
    { keptId: kept, mergedId: merged },
    { keptId: kept, mergedId: other },
  ])
  await giveIdentity(ctx, kept, 'member_no:7')
  const { items } = await listHeldIdentities(ctx, { personId: kept })
  const chosen = items.filter(({ namespace, value, mergeId }) => (mergeId !== null && value !== '3') || namespace === 'member_no')
  expect(await previewSplit(ctx, { personId: kept, identities: chosen })).toMatchObject({ formerPersonId: merged, eventsLeaving: 1, eventsStaying: 1 })
  expect(await splitPerson(ctx, { personId: kept, identities: chosen })).toEqual({ personId: kept, newPersonId: merged })
  expect(await namespaceAndOwner(ctx)).toEqual(
    [`device_id ${merged}`, `member_no ${merged}`, `phone ${kept}`, `phone ${merged}`, `user_id ${kept}`, `user_id ${kept}`, `user_id ${merged}`].toSorted(),
  )
  expect(await readPerson(ctx, { personId: merged })).toMatchObject({ personId: merged, events: 1 })
  expect((await readPerson(ctx, { personId: other })).personId).toBe(kept)
})

it('decides conflicts: same, different, other, shared; each only once', async () => {
  const ctx = await kit.workspace()
  const [kept, other] = await twoPeople(ctx)
  const third = await makePerson(ctx, { identities: ['user_id:9'] })
  const ids = {
    other: await conflict(ctx, 'device_id:d', third, other),
    different: await conflict(ctx, 'user_id:2', third, other),
    shared: await conflict(ctx, 'user_id:1', third, kept),
    same: await conflict(ctx, 'user_id:1', other, kept),
  }
  expect(await listConflicts(ctx, { state: 'open', limit: 10 })).toMatchObject({ open: 4, items: [{ conflictId: ids.same, value: '1' }, {}, {}, {}] })
  expect((await readConflict(ctx, { conflictId: ids.same })).preview?.merged.personId).toBe(kept)
  await decideConflict(ctx, { conflictId: ids.other, decision: 'other' })
  expect(await namespaceAndOwner(ctx)).toContain(`device_id ${third}`)
  expect(await decideConflict(ctx, { conflictId: ids.different, decision: 'different' })).toMatchObject({ state: 'decided', decision: 'different' })
  await decideConflict(ctx, { conflictId: ids.shared, decision: 'shared' })
  const { rows } = await sql<{ value: string }>`select value from identities where workspace_id = ${ctx.workspaceId} and shared_at is not null`.execute(
    kit.platform.db,
  )
  expect(rows).toEqual([{ value: '1' }])
  const again = await conflict(ctx, 'user_id:2', other, kept)
  expect(await decideConflicts(ctx, { conflictIds: [again, ids.different], decision: 'same' })).toMatchObject({ decided: 1, failed: [{ id: ids.different }] })
  const { rows: apart } = await sql<{ low: number; high: number }>`
    select low_id as low, high_id as high from person_distinctions where workspace_id = ${ctx.workspaceId} order by low_id`.execute(kit.platform.db)
  expect(apart).toContainEqual({ low: Math.min(other, third), high: Math.max(other, third) })
  expect((await listConflicts(ctx, { state: 'open', limit: 10 })).items).toEqual([])
})
