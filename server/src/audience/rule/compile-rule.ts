import { plainPerson, type PersonColumn } from '../../people/index.ts'
import { assertNever } from '../../platform/errors.ts'
import type { WarehouseValue } from '../../platform/warehouse/warehouse.ts'
import { compileEvents, compileEventValue, joinEvents, peopleOfEvents, type CompiledEvents } from './compile-event.ts'
import { compileIgnored } from './compile-ignored.ts'
import { sampleTables, wholeTables, type CompileScope } from './compile-scope.ts'
import { compileSequence } from './compile-sequence.ts'
import { compileConsent, compileTag } from './compile-state.ts'
import { compileTest } from './compile-test.ts'
import { standAlone, type CompiledLeaf, type CompiledRule, type Leaf, type PeopleScan } from './compiled-leaf.ts'
import { asEventRule } from './messages.ts'
import { narrowing } from './narrowing.ts'
import { NodePath } from './node-path.ts'
import { complementOf, empty, intersection, nested, type PeopleSet } from './people-set.ts'
import type { ResolvedLayerRule, ResolvedMembersRule, ResolvedRule, RuleMoment } from './resolved-rule.ts'
import { StatementParams } from './statement-params.ts'
import { fieldValue } from './tested-value.ts'

/** One of so many people is in the sample of an estimate, chosen by a hash of the id of today; the warehouse keeps what is theirs in tables of its own. */
export const sampleOf = 64

/** A select of one column of ids of people of today, with typed slots of its own that are not named `p0`, `p1`, …. */
export interface AmongSelect {
  sql: string
  params: Record<string, WarehouseValue>
}

export interface CompileOptions extends RuleMoment {
  workspaceId: number
  /** How the person behind an event's id is named, from `canonicalPerson`; ids as they are for a workspace without merges. */
  person?: PersonColumn
  /** Reads only the sample of people. */
  sampled?: boolean
  /** Reads only these people of today, and answers as if there were nobody else: some ids, or many by a select. */
  among?: readonly number[] | AmongSelect
  /** The number of a refresh that has copied, or is about to copy, the events of those people. */
  copiedFor?: number
}

/** People as set algebra over leaves. */
export interface Combination {
  /** Indexes of the leaves that it reads. */
  leaves: number[]
  /** The expression of a bitmap, given one of the bitmap of each leaf. */
  sql: (bitmapOf: (leaf: number) => string) => string
}

export interface CompiledLeaves {
  leaves: CompiledLeaf[]
  /** Each rule's people, in the order given. */
  people: Combination[]
  everyone: Combination
  /** Names of the events that the copy of a refresh must have. */
  copiedEvents: string[]
}

/**
 * Compiles a rule to one statement of set algebra. Every leaf is a select that ends in one bitmap; leaves run side by side as one union, equal leaves once, and
 * the tree is and, or, and-not of bitmaps. Complements stay symbolic up to the root and are taken from everyone there. Neighbouring conditions on people
 * become one scan, neighbouring conditions on the same events too, and events that are counted by person are only those of people whom such a scan found. User values are typed slots; user keys go through `json-path.ts`.
 */
export function compileRule(rule: ResolvedRule, options: CompileOptions): CompiledRule {
  const compiler = new Compiler(options, 'narrowed')
  const everyone = compiler.everyone()
  const people = compiler.people(rule)
  const bitmapOf = (leaf: number) => `groupBitmapMergeStateIf(s, leaf = ${leaf})`
  const leaves = compiler.leaves.map(({ sql }, index) => `select toUInt16(${index}) as leaf, s from (${sql})`)
  return {
    sql: `select ${people.sql(bitmapOf)} as people, ${everyone.sql(bitmapOf)} as everyone from (${leaves.join(' union all ')})`,
    params: compiler.params,
  }
}

/** Compiles rules to leaves that stand alone, each once however many rules read it, and what each rule makes of them: for reading many rules together. */
export function compileLeaves(rules: readonly ResolvedRule[], options: CompileOptions): CompiledLeaves {
  const compiler = new Compiler(options, 'shared')
  const everyone = compiler.everyone()
  const people = rules.map((rule) => compiler.people(rule))
  return { leaves: compiler.leaves.map((leaf) => standAlone(leaf, compiler.params)), people, everyone, copiedEvents: compiler.copiedEvents }
}

/**
 * Selects of one bitmap `s` each that together are everyone. A person who was deleted once never comes back, so that no FINAL is needed to know
 * who is there; but for those who were part of another person and are people of their own again, and they are few. Everybody's ids stand ready as sets.
 */
export function everyoneSql(person: PersonColumn, workspace: string, where: string, people = wholeTables.people): string[] {
  const never =
    where === workspace && people === wholeTables.people
      ? `select bitmapAndnot(groupBitmapMergeState(people), groupBitmapMergeState(deleted)) as s from people_ids where ${where}`
      : `select bitmapAndnot(groupBitmapState(person_id), groupBitmapStateIf(person_id, is_deleted = 1)) as s from ${people} where ${where}`
  if (!person.isMapped) return [never]
  const parted = `select alias_id from person_aliases final where ${workspace} and alias_id = person_id`
  return [never, `select groupBitmapState(person_id) as s from ${people} final where ${where} and person_id in (${parted})`]
}

/** What a node became. Conditions on one row of people, and events of one selection, wait to be joined with their neighbours into one scan. */
type Part = ({ kind: 'condition'; sql: string } | ({ kind: 'events' } & CompiledEvents) | PeopleSet) & { paths: string[] }

class Compiler {
  readonly leaves: Leaf[] = []
  readonly #scope: CompileScope & { params: StatementParams }
  readonly #among: CompileOptions['among']
  readonly #workspace: string
  readonly #leavesAre: 'narrowed' | 'shared'

  /** Leaves that are `narrowed` by their neighbours mean something in their own rule alone, those that are `shared` in any. */
  constructor({ workspaceId, now, timezone, sampled, among, copiedFor, person = plainPerson }: CompileOptions, leavesAre: 'narrowed' | 'shared') {
    this.#leavesAre = leavesAre
    const params = new StatementParams()
    this.#workspace = `workspace_id = ${params.slot(workspaceId, 'UInt32')}`
    this.#among = among
    this.#scope = {
      params,
      moment: { now, timezone },
      person,
      tables: sampled ? sampleTables(person) : wholeTables,
      isWhole: !sampled && among === undefined,
      changed: null,
      where: '',
      whereEvents: '',
    }
    const sample = (id: string) => (sampled ? [`intHash32(${id}) % ${sampleOf} = 0`] : [])
    this.#scope.where = [this.#workspace, ...sample('person_id'), ...this.#inAmong('person_id')].join(' and ')
    this.#scope.whereEvents = [this.#workspace, ...sample(person.of('person_id')), ...this.#eventsAmong()].join(' and ')
    if (copiedFor !== undefined) {
      this.#scope.changed = { where: `${this.#workspace} and refresh = ${params.slot(copiedFor, 'UInt64')}`, names: new Set() }
    }
  }

  get copiedEvents(): string[] {
    return [...(this.#scope.changed?.names ?? [])]
  }

  get params(): Record<string, WarehouseValue> {
    const { values } = this.#scope.params
    return this.#among !== undefined && 'sql' in this.#among ? { ...values, ...this.#among.params } : values
  }

  everyone(): Combination {
    return combination(this.#everyone())
  }

  people(rule: ResolvedRule): Combination {
    const root = this.#set(this.#part(rule, new NodePath('')))
    return combination(root.complement ? `bitmapAndnot(${this.#everyone()}, ${root.bitmap})` : `bitmapAnd(${root.bitmap}, ${this.#everyone()})`)
  }

  #everyone(): string {
    return nested(
      everyoneSql(this.#scope.person, this.#workspace, this.#scope.where, this.#scope.tables.people).map((sql) => this.#leaf(sql, [])),
      'bitmapOr',
    )
  }

  #inAmong(id: string): string[] {
    if (this.#among === undefined) return []
    return [`${id} in ${'sql' in this.#among ? `(${this.#among.sql})` : this.#scope.params.slot(this.#among, 'Array(UInt32)')}`]
  }

  /** Some ids are looked up by the key, under their former ids too; many are compared with every row's person. */
  #eventsAmong(): string[] {
    if (this.#among === undefined || 'sql' in this.#among || !this.#scope.person.isMapped) return this.#inAmong(this.#scope.person.of('person_id'))
    const ids = this.#scope.params.slot(this.#among, 'Array(UInt32)')
    const former = `select groupArray(alias_id) from person_aliases final where ${this.#workspace} and person_id in ${ids}`
    return [`person_id in (arrayConcat(${ids}, (${former})))`, ...this.#inAmong(this.#scope.person.of('person_id'))]
  }

  #part(rule: ResolvedRule, at: NodePath): Part {
    const paths = [at.text]
    switch (rule.kind) {
      case 'all':
        return this.#joined(rule.rules, 'and', at)
      case 'any':
        return this.#joined(rule.rules, 'or', at)
      case 'not': {
        const part = this.#part(rule.rule, at.step('rule'))
        return part.kind === 'condition' ? { ...part, sql: `not (${part.sql})` } : { ...part, complement: !part.complement }
      }
      case 'segment':
        return this.#part(rule.rule, at.inside())
      case 'attribute':
        return { kind: 'condition', paths, sql: compileTest(this.#scope, fieldValue('attributes', rule.attribute), rule.test) }
      case 'hasAddress':
        return { kind: 'condition', paths, sql: rule.channel === 'sms' ? 'has_phone = 1' : 'has_email = 1' }
      case 'event':
        return { kind: 'events', paths, ...compileEvents(this.#scope, rule) }
      case 'eventValue':
        return { kind: 'events', paths, ...compileEventValue(this.#scope, rule) }
      case 'sequence':
        return this.#leafSet(compileSequence(this.#scope, rule), paths)
      case 'message': {
        if (rule.behaviour !== 'ignored') return { kind: 'events', paths, ...compileEvents(this.#scope, asEventRule(rule)) }
        const { sql, complement } = compileIgnored(this.#scope, rule)
        return this.#leafSet(sql, paths, complement)
      }
      case 'tag':
        return this.#leafSet(compileTag(this.#scope, rule), paths)
      case 'consent': {
        const { sql, complement } = compileConsent(this.#scope, rule)
        return this.#leafSet(sql, paths, complement)
      }
      case 'layer':
        return this.#leafSet(this.#layer(rule), paths)
      case 'members':
        return this.#leafSet(this.#members(rule), paths)
      default:
        return assertNever(rule)
    }
  }

  #joined(rules: readonly ResolvedRule[], operator: 'and' | 'or', at: NodePath): Part {
    const parts = rules.map((rule, index) => this.#part(rule, at.step(`rules.${index}`)))
    const conditions = parts.filter((part) => part.kind === 'condition')
    const sql = conditions.map((part) => `(${part.sql})`).join(` ${operator} `)
    const paths = parts.flatMap((part) => part.paths)
    const events = joinEvents(
      parts.filter((part) => part.kind === 'events'),
      operator,
    )
    const counted = operator === 'and' && sql !== '' ? events.find((joined) => joined.having !== null && !joined.complement) : undefined
    const narrowed = this.#leavesAre === 'narrowed' && this.#scope.isWhole ? counted : undefined
    if (narrowed) narrowed.selection += ` and ${this.#isOf(sql)}`
    const sets: PeopleSet[] = [...parts.filter((part) => part.kind === 'set'), ...events.map((joined) => this.#set(joined))]
    if (sets.length === 0) return { kind: 'condition', paths, sql: sql || (operator === 'and' ? '1' : '0') }
    if (conditions.length > 0 && !narrowed) sets.push(this.#set({ kind: 'condition', sql, paths: conditions.flatMap((part) => part.paths) }))
    const plain = sets.filter((set) => !set.complement).map((set) => set.bitmap)
    const complements = sets.filter((set) => set.complement).map((set) => set.bitmap)
    const joined = operator === 'and' ? intersection(plain, complements) : complementOf(intersection(complements, plain))
    return { ...joined, paths }
  }

  /** That a row of events is of the people of a condition, who are read before: they are as good as a leaf then. */
  #isOf(condition: string): string {
    const people = `select groupBitmapState(person_id) from ${this.#scope.tables.people} final where ${this.#scope.where} and (${condition})`
    return narrowing(`bitmapContains((${people}), ${this.#scope.person.of('person_id')})`)
  }

  #set(part: Part): PeopleSet {
    switch (part.kind) {
      case 'set':
        return part
      case 'events':
        return { kind: 'set', bitmap: this.#leaf(peopleOfEvents(part, this.#scope.person), part.paths), complement: part.complement }
      case 'condition': {
        if (part.sql === '1' || part.sql === '0') return { kind: 'set', bitmap: empty, complement: part.sql === '1' }
        const rows = `${this.#scope.tables.people} final where ${this.#scope.where}`
        const sql = `select groupBitmapState(person_id) as s from ${rows} and (${part.sql})`
        return { kind: 'set', bitmap: this.#leaf(sql, part.paths, { rows, condition: part.sql }), complement: false }
      }
      default:
        return assertNever(part)
    }
  }

  /** The set of a leaf that stands for a whole node; null is nobody. */
  #leafSet(sql: string | null, paths: string[], complement = false): Part {
    return { kind: 'set', paths, bitmap: sql === null ? empty : this.#leaf(sql, paths), complement }
  }

  #layer(rule: ResolvedLayerRule): string | null {
    if (rule.run === null) return null
    const { params } = this.#scope
    const conditions = [this.#scope.where, `model_id = ${params.slot(rule.modelId, 'UUID')}`, `run = ${params.slot(String(rule.run), 'UInt64')}`]
    if (rule.layers) conditions.push(`layer in ${params.slot(rule.layers, 'Array(String)')}`)
    if (rule.recencyScore) conditions.push(`recency_score = ${params.slot(rule.recencyScore, 'UInt8')}`)
    if (rule.frequencyScore) conditions.push(`frequency_score = ${params.slot(rule.frequencyScore, 'UInt8')}`)
    return `select groupBitmapState(person_id) as s from layer_assignments where ${conditions.join(' and ')}`
  }

  /** Who was put into a static segment may be part of another person today. */
  #members(rule: ResolvedMembersRule): string | null {
    if (rule.run === null) return null
    const { params } = this.#scope
    const stored = `from segment_sets where ${this.#workspace} and segment_id = ${params.slot(rule.segmentId, 'UUID')} and run = ${params.slot(String(rule.run), 'UInt64')}`
    if (this.#scope.whereEvents === this.#workspace && !this.#scope.person.isMapped) return `select groupBitmapMergeState(people) as s ${stored}`
    const ids = `select workspace_id, arrayJoin(bitmapToArray(people)) as person_id ${stored}`
    return `select groupBitmapState(${this.#scope.person.of('person_id')}) as s from (${ids}) where ${this.#scope.whereEvents}`
  }

  /** The bitmap of a leaf; the same leaf is read once. */
  #leaf(sql: string, paths: readonly string[], scan: PeopleScan | null = null): string {
    let index = this.leaves.findIndex((leaf) => leaf.sql === sql)
    if (index < 0) index = this.leaves.push({ sql, paths: new Set(), scan }) - 1
    for (const path of paths) this.leaves[index]!.paths.add(path)
    return `leaf_${index}`
  }
}

/** An expression of ours over `leaf_0`, `leaf_1`, …: no user's text stands in it. */
function combination(expression: string): Combination {
  const named = /leaf_(\d+)/g
  return {
    leaves: [...new Set([...expression.matchAll(named)].map((match) => Number(match[1])))],
    sql: (bitmapOf) => expression.replaceAll(named, (_, leaf: string) => bitmapOf(Number(leaf))),
  }
}
