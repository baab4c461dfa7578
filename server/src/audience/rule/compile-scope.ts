import { anyEvent } from '../../../../contracts/rule.ts'
import type { PersonColumn } from '../../people/index.ts'
import type { TestScope } from './compile-test.ts'

/** What is read, as it stands behind `from`: everybody's tables, or those of the sample. */
export interface LeafTables {
  events: string
  people: string
  tags: string
  consents: string
}

export const wholeTables: LeafTables = { events: 'events', people: 'people', tags: 'person_tags', consents: 'person_consents' }

/** Events of people with former ids may stand twice in the sample, until they are merged. */
export function sampleTables(person: PersonColumn): LeafTables {
  return {
    events: person.isMapped ? 'events_sample final' : 'events_sample',
    people: 'people_sample',
    tags: 'person_tags_sample',
    consents: 'person_consents_sample',
  }
}

/** What the select of a leaf is made with. */
export interface CompileScope extends TestScope {
  /** Where a refresh has the events of its people: conditions of their rows, and the names that are asked for. */
  changed: { where: string; names: Set<string> } | null
  tables: LeafTables
  /** How tables of what happened name people. */
  person: PersonColumn
  /** Everybody is read: neither a sample nor some people. */
  isWhole: boolean
  /** Conditions of every leaf: the workspace, and whom it is about. */
  where: string
  /** The same for tables whose ids may be former ones. */
  whereEvents: string
}

/**
 * Where rows of events come from, and the conditions that they are of the workspace and of whom it is about: the copy that a refresh made, when the names are known and
 * `text`, what is asked of them, needs nothing that the copy does not have.
 */
export function eventRows({ changed, tables, whereEvents }: CompileScope, names: readonly string[], text: string): { from: string; where: string } {
  if (changed === null || names.includes(anyEvent) || /\bproperties\.|\bevent_id\b/.test(text)) return { from: tables.events, where: whereEvents }
  for (const name of names) changed.names.add(name)
  return { from: 'changed_events', where: changed.where }
}
