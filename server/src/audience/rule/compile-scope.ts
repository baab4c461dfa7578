import type { PersonColumn } from '../../people/index.ts'
import type { TestScope } from './compile-test.ts'

/** What the select of a leaf is made with. */
export interface CompileScope extends TestScope {
  /** How tables of what happened name people. */
  person: PersonColumn
  /** Conditions of every leaf: the workspace, and whom it is about. */
  where: string
  /** The same for tables whose ids may be former ones. */
  whereEvents: string
}
