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
  tables: LeafTables
  /** How tables of what happened name people. */
  person: PersonColumn
  /** Conditions of every leaf: the workspace, and whom it is about. */
  where: string
  /** The same for tables whose ids may be former ones. */
  whereEvents: string
}
