import { plainPerson, type PersonColumn } from '../../people/index.ts'
import { assertNever } from '../../platform/errors.ts'
import type { Statement } from '../../platform/warehouse/warehouse.ts'
import { compileEvents, joinEvents, peopleOfEvents, type CompiledEvents } from './compile-event.ts'
import { compileTest, type TestScope } from './compile-test.ts'
import type { ResolvedLayerRule, ResolvedMembersRule, ResolvedRule, RuleMoment } from './resolved-rule.ts'
import { StatementParams } from './statement-params.ts'

/** One of so many people is in the sample of an estimate, chosen by a hash of the id. */
export const sampleOf = 64

export interface CompileOptions extends RuleMoment {
  workspaceId: number
  /** How the person behind an event's id is named, from `canonicalPerson`; ids as they are for a workspace without merges. */
  person?: PersonColumn
  /** Reads only the sample of people. */
  sampled?: boolean
}

/** A statement of one row and two columns, `people` and `everyone`: bitmaps of person ids. Selects are wrapped around it. */
export type CompiledRule = Required<Pick<Statement, 'sql' | 'params'>>

/** A bitmap, or the complement of one. */
interface PeopleSet {
  kind: 'set'
  bitmap: string
  complement: boolean
}

/** What a node became. Conditions on one row of people, and events of one selection, wait to be joined with their neighbours into one scan. */
type Part = { kind: 'condition'; sql: string } | ({ kind: 'events' } & CompiledEvents) | PeopleSet

/**
 * Compiles a rule to one statement of set algebra. Every leaf is a select that ends in one bitmap; leaves run side by side as one union, equal leaves once, and
 * the tree is and, or, and-not of bitmaps. Complements stay symbolic up to the root and are taken from everyone there. Neighbouring conditions on people
 * become one scan, neighbouring conditions on the same events too. User values are typed slots; user keys go through `field-path.ts`.
 */
export function compileRule(rule: ResolvedRule, options: CompileOptions): CompiledRule {
  return new Compiler(options).compile(rule)
}

/**
 * Selects of one bitmap `s` each that together are everyone. A person who was deleted once never comes back, so that no FINAL is needed to know
 * who is there; but for those who were part of another person and are people of their own again, and they are few.
 */
export function everyoneSql(person: PersonColumn, workspace: string, where: string): string[] {
  const never = `select bitmapAndnot(groupBitmapState(person_id), groupBitmapStateIf(person_id, is_deleted = 1)) as s from people where ${where}`
  if (!person.isMapped) return [never]
  const parted = `select alias_id from person_aliases final where ${workspace} and alias_id = person_id`
  return [never, `select groupBitmapState(person_id) as s from people final where ${where} and person_id in (${parted})`]
}

const empty = 'bitmapBuild(emptyArrayUInt32())'

class Compiler {
  readonly #scope: TestScope & { params: StatementParams }
  readonly #workspace: string
  readonly #where: string
  /** The same for tables whose ids may be former ones. */
  readonly #whereEvents: string
  readonly #person: PersonColumn
  readonly #leaves: string[] = []

  constructor({ workspaceId, now, timezone, sampled, person = plainPerson }: CompileOptions) {
    const params = new StatementParams()
    this.#scope = { params, moment: { now, timezone } }
    this.#workspace = `workspace_id = ${params.slot(workspaceId, 'UInt32')}`
    this.#person = person
    const inSample = (id: string) => (sampled ? `${this.#workspace} and intHash32(${id}) % ${sampleOf} = 0` : this.#workspace)
    this.#where = inSample('person_id')
    this.#whereEvents = inSample(person.of('person_id'))
  }

  compile(rule: ResolvedRule): CompiledRule {
    const everyone = nested(
      everyoneSql(this.#person, this.#workspace, this.#where).map((sql) => this.#leaf(sql)),
      'bitmapOr',
    )
    const root = this.#set(this.#part(rule))
    const people = root.complement ? `bitmapAndnot(${everyone}, ${root.bitmap})` : `bitmapAnd(${root.bitmap}, ${everyone})`
    const leaves = this.#leaves.map((sql, index) => `select toUInt16(${index}) as leaf, s from (${sql})`)
    return { sql: `select ${people} as people, ${everyone} as everyone from (${leaves.join(' union all ')})`, params: this.#scope.params.values }
  }

  #part(rule: ResolvedRule): Part {
    switch (rule.kind) {
      case 'all':
        return this.#joined(rule.rules, 'and')
      case 'any':
        return this.#joined(rule.rules, 'or')
      case 'not': {
        const part = this.#part(rule.rule)
        return part.kind === 'condition' ? { kind: 'condition', sql: `not (${part.sql})` } : { ...part, complement: !part.complement }
      }
      case 'segment':
        return this.#part(rule.rule)
      case 'attribute':
        return { kind: 'condition', sql: compileTest(this.#scope, { column: 'attributes', key: rule.attribute }, rule.test) }
      case 'hasAddress':
        return { kind: 'condition', sql: rule.channel === 'sms' ? 'has_phone = 1' : 'has_email = 1' }
      case 'event':
        return { kind: 'events', ...compileEvents(this.#scope, rule, this.#whereEvents) }
      case 'layer':
        return { kind: 'set', bitmap: this.#layer(rule), complement: false }
      case 'members':
        return { kind: 'set', bitmap: this.#members(rule), complement: false }
      default:
        return assertNever(rule)
    }
  }

  #joined(rules: readonly ResolvedRule[], operator: 'and' | 'or'): Part {
    const parts = rules.map((rule) => this.#part(rule))
    const conditions = parts.filter((part) => part.kind === 'condition').map((part) => `(${part.sql})`)
    const events = joinEvents(
      parts.filter((part) => part.kind === 'events'),
      operator,
    )
    const sets = [...parts.filter((part) => part.kind === 'set'), ...events.map((joined) => this.#set({ kind: 'events', ...joined }))]
    if (sets.length === 0) return { kind: 'condition', sql: conditions.join(` ${operator} `) || (operator === 'and' ? '1' : '0') }
    if (conditions.length > 0) sets.push(this.#set({ kind: 'condition', sql: conditions.join(` ${operator} `) }))
    const plain = sets.filter((set) => !set.complement).map((set) => set.bitmap)
    const complements = sets.filter((set) => set.complement).map((set) => set.bitmap)
    return operator === 'and' ? intersection(plain, complements) : complementOf(intersection(complements, plain))
  }

  #set(part: Part): PeopleSet {
    switch (part.kind) {
      case 'set':
        return part
      case 'events':
        return { kind: 'set', bitmap: this.#leaf(peopleOfEvents(part, this.#person)), complement: part.complement }
      case 'condition': {
        if (part.sql === '1' || part.sql === '0') return { kind: 'set', bitmap: empty, complement: part.sql === '1' }
        return {
          kind: 'set',
          bitmap: this.#leaf(`select groupBitmapState(person_id) as s from people final where ${this.#where} and (${part.sql})`),
          complement: false,
        }
      }
      default:
        return assertNever(part)
    }
  }

  #layer(rule: ResolvedLayerRule): string {
    if (rule.run === null) return empty
    const { params } = this.#scope
    const conditions = [this.#where, `model_id = ${params.slot(rule.modelId, 'UUID')}`, `run = ${params.slot(String(rule.run), 'UInt64')}`]
    if (rule.layers) conditions.push(`layer in ${params.slot(rule.layers, 'Array(String)')}`)
    if (rule.recencyScore) conditions.push(`recency_score = ${params.slot(rule.recencyScore, 'UInt8')}`)
    if (rule.frequencyScore) conditions.push(`frequency_score = ${params.slot(rule.frequencyScore, 'UInt8')}`)
    return this.#leaf(`select groupBitmapState(person_id) as s from layer_assignments where ${conditions.join(' and ')}`)
  }

  /** Who was put into a static segment may be part of another person today. */
  #members(rule: ResolvedMembersRule): string {
    if (rule.run === null) return empty
    const { params } = this.#scope
    const stored = `from segment_sets where ${this.#workspace} and segment_id = ${params.slot(rule.segmentId, 'UUID')} and run = ${params.slot(String(rule.run), 'UInt64')}`
    if (this.#whereEvents === this.#workspace && !this.#person.isMapped) return this.#leaf(`select groupBitmapMergeState(people) as s ${stored}`)
    const ids = `select workspace_id, arrayJoin(bitmapToArray(people)) as person_id ${stored}`
    return this.#leaf(`select groupBitmapState(${this.#person.of('person_id')}) as s from (${ids}) where ${this.#whereEvents}`)
  }

  /** The bitmap of a leaf; the same leaf is read once. */
  #leaf(sql: string): string {
    const known = this.#leaves.indexOf(sql)
    const index = known >= 0 ? known : this.#leaves.push(sql) - 1
    return `groupBitmapMergeStateIf(s, leaf = ${index})`
  }
}

/** Those in all of `plain` and in none of `complements`. */
function intersection(plain: readonly string[], complements: readonly string[]): PeopleSet {
  const out = nested(complements, 'bitmapOr')
  if (plain.length === 0) return { kind: 'set', bitmap: out, complement: true }
  const inside = nested(plain, 'bitmapAnd')
  return { kind: 'set', bitmap: complements.length === 0 ? inside : `bitmapAndnot(${inside}, ${out})`, complement: false }
}

function complementOf(set: PeopleSet): PeopleSet {
  return { ...set, complement: !set.complement }
}

/** Balanced, so that a hundred leaves nest seven deep. */
function nested(bitmaps: readonly string[], operation: 'bitmapAnd' | 'bitmapOr'): string {
  const [first = empty] = bitmaps
  if (bitmaps.length <= 1) return first
  const middle = bitmaps.length >> 1
  return `${operation}(${nested(bitmaps.slice(0, middle), operation)}, ${nested(bitmaps.slice(middle), operation)})`
}
