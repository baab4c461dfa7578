import type { Problem } from '../../../../contracts/errors.ts'
import { AppError } from '../../platform/errors.ts'
import type { Statement, Warehouse } from '../../platform/warehouse/warehouse.ts'
import { compileLeaves, type CompileOptions } from './compile-rule.ts'
import type { CompiledLeaf } from './compiled-leaf.ts'
import { withoutNarrowing } from './narrowing.ts'
import type { ResolvedRule } from './resolved-rule.ts'

/** What is looked at for the blame: estimates of the engine, which read no data. */
const leavesMax = 60
const estimateLimits = { secondsMax: 5, memoryBytesMax: 256 * 1024 ** 2 }

export interface CostlyRule {
  rule: ResolvedRule
  options: CompileOptions
  /** Path of the rule in the request. */
  path?: string
}

/** Does work that reads a rule; when it takes too much, says which node of the rule is the heaviest. @throws `rule-too-costly` with the node's path */
export async function blamingNode<Answer>(warehouse: Warehouse, costly: CostlyRule, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AppError) || error.errorName !== 'rule-too-costly' || error.problems.length > 0) throw error
    throw (await blame(warehouse, costly, error)) ?? error
  }
}

async function blame(warehouse: Warehouse, { rule, options, path = 'rule' }: CostlyRule, cause: AppError): Promise<AppError | undefined> {
  const heaviest = await heaviestLeaf(warehouse, compileLeaves([rule], options).leaves)
  const [node] = heaviest?.leaf.paths ?? []
  if (!heaviest || node === undefined) return undefined
  const problem = costlyProblem(node === '' ? path : `${path}.${node}`, heaviest.rows)
  return new AppError('rule-too-costly', { problems: [problem], cause })
}

/** What is said of a condition that costs too much. */
export function costlyProblem(at: string, rows: number): Problem {
  const millions = Math.max(1, Math.round(rows / 1_000_000))
  return {
    at,
    zh: `这个条件最费时：要读约 ${millions < 100 ? `${millions * 100} 万` : `${Math.round(millions / 10) / 10} 亿`}行，请缩短时间窗口或加上筛选`,
    en: `This condition costs most: it reads some ${millions} million rows; narrow its window or filter it`,
  }
}

/** Of the leaves that stand for nodes, the one that reads most rows; each event's rows are ordered by its name, so the engine knows without reading. */
async function heaviestLeaf(warehouse: Warehouse, leaves: readonly CompiledLeaf[]): Promise<{ leaf: CompiledLeaf; rows: number } | undefined> {
  let heaviest: { leaf: CompiledLeaf; rows: number } | undefined
  for (const leaf of leaves.filter(({ paths }) => paths.length > 0).slice(0, leavesMax)) {
    const rows = await rowsToRead(warehouse, leaf)
    if (rows > (heaviest?.rows ?? -1)) heaviest = { leaf, rows }
  }
  return heaviest
}

/** How many rows of its tables a statement reads, as the engine plans it: by whole granules of the keys that its conditions leave. It reads none of them. */
export async function rowsToRead(warehouse: Warehouse, { sql, params, limits = estimateLimits }: Statement): Promise<number> {
  const parts = await warehouse.rows<{ rows: number | string }>({
    sql: `select rows from (explain estimate ${withoutNarrowing(sql)})`,
    params: params ?? {},
    limits,
  })
  return parts.reduce((sum, { rows }) => sum + Number(rows), 0)
}
