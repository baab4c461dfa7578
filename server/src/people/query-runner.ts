import { CompiledQuery } from 'kysely'
import type { Database } from '../platform/platform.ts'

export interface NamedQuery {
  /** Name of the prepared statement; a client prepares each name once. */
  name: string
  text: string
  values: unknown[]
}

/** What a statement of this folder runs on: a client of the pool that also does COPY, or a transaction of Kysely. */
export interface QueryRunner {
  query<Row>(query: NamedQuery): Promise<{ rows: Row[] }>
}

/** A transaction of Kysely as a runner, for verbs that change one person. */
export function runnerOf(tx: Database): QueryRunner {
  return { query: async <Row>({ text, values }: NamedQuery) => ({ rows: (await tx.executeQuery<Row>(CompiledQuery.raw(text, values))).rows }) }
}
