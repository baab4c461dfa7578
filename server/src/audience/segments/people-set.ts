import { sql } from 'kysely'
import type { PeopleSet } from '../../../../contracts/segments.ts'
import type { Context } from '../../access/index.ts'
import { canonicalPerson, pagePersonIds, warehouseTime } from '../../people/index.ts'
import { assertNever, notFound } from '../../platform/errors.ts'
import { audienceStatement, resolvedStatement } from '../audience-statement.ts'
import { lookalikeStatement } from '../lookalike/lookalike-set.ts'
import type { CompiledRule } from '../rule/compiled-leaf.ts'
import { layerChangeStatement, placesStatement } from '../layers/layer-people.ts'
import { resolveRule } from '../rule/resolve-rule.ts'
import { readStoredSets, storedSetsParams, storedSetsSql } from './stored-sets.ts'

/** Ids of a list that PostgreSQL keeps, for one statement. */
const idsPerStatement = 50_000
const idsPerPage = 5_000

/** Selects of one bitmap `people`; together they are the set. */
export async function* compilePeopleSet(ctx: Context, set: PeopleSet): AsyncGenerator<CompiledRule> {
  switch (set.kind) {
    case 'rule':
      return yield bitmapOf(await audienceStatement(ctx, set.rule))
    case 'segment':
      return yield await combined(ctx, [set.segmentId], [])
    case 'union':
      for (const id of set.segmentIds) yield await combined(ctx, [id], [])
      return
    case 'intersection':
      return yield await combined(ctx, set.inside, set.outside)
    case 'moment':
      return yield await momentStatement(ctx, set)
    case 'moves':
      return yield await movedStatement(ctx, set)
    case 'change':
      return yield await changeStatement(ctx, set)
    case 'layers':
      return yield await placesStatement(ctx, set.places)
    case 'layerChange':
      return yield await layerChangeStatement(ctx, set)
    case 'lookalike':
      return yield await lookalikeStatement(ctx, set)
    case 'people':
      return yield idsStatement(await existing(ctx, set.personIds))
    case 'import':
      return yield* importStatements(ctx, set.importId)
    default:
      return assertNever(set)
  }
}

const bitmapOf = ({ sql: text, params }: CompiledRule): CompiledRule => ({ sql: `select people from (${text})`, params })

/** Those in every one of `inside` and in none of `outside`, by the stored sets. */
async function combined(ctx: Context, inside: readonly string[], outside: readonly string[]): Promise<CompiledRule> {
  const sets = await readStoredSets(ctx, [...inside, ...outside])
  const of = (ids: readonly string[], operation: string, from: number) =>
    ids
      .map((_, index) => `groupBitmapMergeStateIf(people, segment_id = {setIds:Array(UUID)}[${from + index + 1}])`)
      .reduce((all, one) => `${operation}(${all}, ${one})`)
  const all = of(inside, 'bitmapAnd', 0)
  const people = outside.length === 0 ? all : `bitmapAndnot(${all}, ${of(outside, 'bitmapOr', inside.length)})`
  return { sql: `select ${people} as people from (${storedSetsSql(await canonicalPerson(ctx))})`, params: storedSetsParams(ctx.workspaceId, sets) }
}

/**
 * A segment's sets at two moments, columns `set_before` and `set_after`: the shown one, exclusive-or all differences since each of them.
 */
export async function setsAtMoments(ctx: Context, { segmentId, from, to }: { segmentId: string; from: string; to: string }): Promise<CompiledRule> {
  const [set] = await readStoredSets(ctx, [segmentId])
  const time = (at: string) => warehouseTime(new Date(at).getTime())
  return {
    sql: `
      select bitmapXor(now, since_from) as set_before, bitmapXor(now, since_to) as set_after
      from (
        select groupBitmapXorStateIf(people, at > {from:DateTime64(3, 'UTC')}) as since_from, groupBitmapXorStateIf(people, at > {to:DateTime64(3, 'UTC')}) as since_to
        from (select any(people) as people, at from segment_moves where workspace_id = {workspaceId:UInt32} and segment_id = {segmentId:UUID} and run <= {run:UInt64} group by run, at)
      ) as moves
      cross join (
        select groupBitmapMergeState(people) as now from segment_sets where workspace_id = {workspaceId:UInt32} and segment_id = {segmentId:UUID} and run = {run:UInt64}
      ) as shown`,
    params: { workspaceId: ctx.workspaceId, segmentId: set!.segmentId, run: set!.settledRun, from: time(from), to: time(to) },
  }
}

async function momentStatement(ctx: Context, { segmentId, at }: Extract<PeopleSet, { kind: 'moment' }>): Promise<CompiledRule> {
  const { sql: text, params } = await setsAtMoments(ctx, { segmentId, from: at, to: at })
  return { sql: `select set_after as people from (${text})`, params }
}

async function movedStatement(ctx: Context, set: Extract<PeopleSet, { kind: 'moves' }>): Promise<CompiledRule> {
  const { sql: text, params } = await setsAtMoments(ctx, set)
  const people = set.direction === 'entered' ? 'bitmapAndnot(set_after, set_before)' : 'bitmapAndnot(set_before, set_after)'
  return { sql: `select ${people} as people from (${text})`, params }
}

/** Who would come or go, everything read at this moment. */
async function changeStatement(ctx: Context, { segmentId, rule, direction }: Extract<PeopleSet, { kind: 'change' }>): Promise<CompiledRule> {
  const [next, now] = await Promise.all([resolveRule(ctx, rule, { segmentId }), resolveRule(ctx, { kind: 'segment', segmentId }, { path: 'of' })])
  const [held, not] = direction === 'entered' ? [next, now] : [now, next]
  return bitmapOf(await resolvedStatement(ctx, { kind: 'all', rules: [held, { kind: 'not', rule: not }] }))
}

function idsStatement(ids: readonly number[]): CompiledRule {
  return { sql: 'select bitmapBuild({ids:Array(UInt32)}) as people', params: { ids } }
}

/** Ids of people of the workspace, who may be asked for by former ids. */
async function existing(ctx: Context, personIds: readonly number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select people.id from unnest(${[...personIds]}::bigint[]) as asked(id)
    left join person_aliases on person_aliases.workspace_id = ${ctx.workspaceId} and person_aliases.alias_id = asked.id
    join people on people.workspace_id = ${ctx.workspaceId} and people.id = coalesce(person_aliases.person_id, asked.id)`.execute(ctx.platform.db)
  if (rows.length === 0 && personIds.length > 0) throw notFound({ zh: '客户', en: 'person' })
  return [...new Set(rows.map((row) => row.id))]
}

async function* importStatements(ctx: Context, importId: string): AsyncGenerator<CompiledRule> {
  let ids: number[] = []
  for (let before: number | null = null; ;) {
    const page = await pagePersonIds(ctx, { importId }, { before, limit: idsPerPage })
    ids.push(...page.personIds)
    if (ids.length >= idsPerStatement || (page.next === null && ids.length > 0)) {
      yield idsStatement(ids)
      ids = []
    }
    if (page.next === null) return
    before = page.next
  }
}
