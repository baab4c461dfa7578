import { createHash } from 'node:crypto'
import type { Statement, WarehouseValue } from '../../platform/warehouse/warehouse.ts'

/** A statement of one row and two columns, `people` and `everyone`: bitmaps of person ids. Selects are wrapped around it. */
export type CompiledRule = Required<Pick<Statement, 'sql' | 'params'>>

/** A select of one bitmap `s`. Leaves with the same key are the same people at the same moment; `paths` are the nodes of the rules that it was made for. */
export interface CompiledLeaf extends CompiledRule {
  key: string
  paths: string[]
  /** Of conditions on people: what is read, and which of it is meant, so that one scan can answer several. */
  scan: PeopleScan | null
}

export interface PeopleScan {
  /** What stands behind `from`, `where` included. */
  rows: string
  condition: string
}

/** A leaf among others: its slots are those of the whole statement. */
export interface Leaf {
  sql: string
  paths: Set<string>
  scan: PeopleScan | null
}

/** The leaf with the slots it has itself, numbered as they appear, so that equal texts and values are equal leaves. */
export function standAlone({ sql, paths, scan }: Leaf, values: Record<string, WarehouseValue>): CompiledLeaf {
  const params: Record<string, WarehouseValue> = {}
  const names = new Map<string, string>()
  const renamed = (of: string) =>
    of.replaceAll(/\{(\w+):/g, (_, name: string) => {
      const own = names.get(name) ?? (/^p\d+$/.test(name) ? `p${names.size}` : name)
      names.set(name, own)
      params[own] = values[name] ?? null
      return `{${own}:`
    })
  const text = renamed(sql)
  const key = createHash('sha256')
    .update(`${text}\n${JSON.stringify(params)}`)
    .digest('hex')
    .slice(0, 32)
  return { key, sql: text, params, paths: [...paths], scan: scan && { rows: renamed(scan.rows), condition: renamed(scan.condition) } }
}
