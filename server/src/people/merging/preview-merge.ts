import { sql } from 'kysely'
import type { MergePreview, MergeSide } from '../../../../contracts/merge-previews.ts'
import type { Attribute } from '../../../../contracts/people.ts'
import type { Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import { isFill } from '../record/attribute-times.ts'
import { listAttributes } from '../attributes/list-attributes.ts'
import { readNamespaces } from '../namespaces/read-namespaces.ts'
import { mergeStates } from './kept-changes.ts'
import { described, readSide, type ReadSide } from './merge-side.ts'

const addressLabels = { phone: { zh: '手机号', en: 'Phone' }, email: { zh: '邮箱', en: 'E-mail' } } as const

export function samePerson(): AppError {
  return new AppError('precondition', { zh: '这两个客户已经是同一个人', en: 'These two are one person already' })
}

/** Both sides and what a merge would make of them, by the very rule that merges. Changes nothing. @throws `not-found`; `precondition` when they are one person */
export async function previewMerge(ctx: Context, pair: { keptId: number; mergedId: number }): Promise<MergePreview> {
  const [kept, merged, { items: known }] = await Promise.all([readSide(ctx, pair.keptId), readSide(ctx, pair.mergedId), listAttributes(ctx)])
  if (kept.side.personId === merged.side.personId) throw samePerson()
  return {
    kept: kept.side,
    merged: merged.side,
    attributes: [...addressesOf(kept.side, merged.side), ...attributesOf(kept, merged, known)],
    consents: consentsOf(kept.side, merged.side),
    limits: await brokenLimits(ctx, kept.side, merged.side),
    keptApart: await readDistinction(ctx, kept.side.personId, merged.side.personId),
  }
}

type AttributeOutcome = MergePreview['attributes'][number]

function addressesOf(kept: MergeSide, merged: MergeSide): AttributeOutcome[] {
  return (['phone', 'email'] as const).flatMap((key): AttributeOutcome[] => {
    const [own, other] = [kept[key], merged[key]]
    if (own === null && other === null) return []
    const saying = (value: string | null) => value && { value, at: null }
    const common = { key, label: addressLabels[key], type: 'text' as const, kept: saying(own) || null, merged: saying(other) || null }
    return [own === null ? { ...common, wins: 'merged', why: 'onlySide' } : { ...common, wins: 'kept', why: other === null ? 'onlySide' : 'keptHasOne' }]
  })
}

function attributesOf(kept: ReadSide, merged: ReadSide, known: readonly Attribute[]): AttributeOutcome[] {
  const changes = mergeStates(structuredClone(kept.state), structuredClone(merged.state)).attributes
  const [own, other] = [sayingsOf(kept), sayingsOf(merged)]
  const keys = [...new Set([...Object.keys(kept.state.attributes), ...Object.keys(merged.state.attributes)])]
  return keys.map((key) => {
    const wins = key in changes ? ('merged' as const) : ('kept' as const)
    return { ...described(known, key), kept: own.get(key) ?? null, merged: other.get(key) ?? null, wins, why: reasonOf(kept, merged, key) }
  })
}

/** What a side says, by attribute, as staff see it. */
function sayingsOf({ side }: ReadSide): Map<string, AttributeOutcome['kept']> {
  return new Map(side.attributes.map(({ key, value, at }) => [key, { value, at }]))
}

function reasonOf(kept: ReadSide, merged: ReadSide, key: string): AttributeOutcome['why'] {
  const [own, other] = [kept.state.attributes[key], merged.state.attributes[key]]
  const [ownMs, otherMs] = [kept.state.attributeTimes[key], merged.state.attributeTimes[key]]
  if (own !== undefined && JSON.stringify(own) === JSON.stringify(other)) return 'same'
  if ((own === undefined && ownMs === undefined) || (other === undefined && otherMs === undefined)) return 'onlySide'
  if (ownMs === otherMs) return 'keptAtEqualTime'
  return isFill(ownMs) === isFill(otherMs) ? 'newer' : 'saidOutright'
}

/** The newer holds, at the same instant the withdrawal: as `consent_states` is made of the ledger. */
function consentsOf(kept: MergeSide, merged: MergeSide): MergePreview['consents'] {
  const purposes = new Map([...kept.consents, ...merged.consents].map(({ channel, purpose }) => [`${channel} ${purpose}`, { channel, purpose }]))
  return [...purposes.values()].map(({ channel, purpose }) => {
    const find = (side: MergeSide) => side.consents.find((consent) => consent.channel === channel && consent.purpose === purpose)
    const [own, other] = [find(kept), find(merged)]
    if (!own || !other) return { ...(own ?? other)!, wins: own ? 'kept' : 'merged', why: 'onlySide' }
    const [ownMs, otherMs] = [Date.parse(own.at), Date.parse(other.at)]
    if (ownMs !== otherMs) return { ...(ownMs > otherMs ? own : other), wins: ownMs > otherMs ? 'kept' : 'merged', why: 'newer' }
    if (own.state === other.state) return { ...own, wins: 'kept', why: 'same' }
    return { ...(own.state === 'withdrawn' ? own : other), wins: own.state === 'withdrawn' ? 'kept' : 'merged', why: 'withdrawalAtEqualTime' }
  })
}

async function brokenLimits(ctx: Context, kept: MergeSide, merged: MergeSide): Promise<MergePreview['limits']> {
  const namespaces = await readNamespaces(ctx.platform, ctx.workspaceId)
  return namespaces.all.flatMap(({ key, label, perPersonMax }) => {
    const count = [...kept.identities, ...merged.identities].filter((identity) => identity.namespace === key).length
    return perPersonMax !== null && count > perPersonMax ? [{ namespace: key, label, max: perPersonMax, count }] : []
  })
}

async function readDistinction(ctx: Context, left: number, right: number): Promise<MergePreview['keptApart']> {
  const { rows } = await sql<{ decided_at: Date; name: string | null }>`
    select decided_at, users.name from person_distinctions left join users on users.id = decided_by
    where workspace_id = ${ctx.workspaceId} and low_id = ${Math.min(left, right)} and high_id = ${Math.max(left, right)}`.execute(ctx.platform.db)
  return rows[0] ? { decidedAt: rows[0].decided_at.toISOString(), decidedBy: rows[0].name } : null
}
