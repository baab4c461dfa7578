import type { Context } from '../../access/index.ts'
import { featuresOf, scaled, type Feature, type FeatureScope, type Part, type PlacedColumn } from './features.ts'
import { workspaceOf } from './feature-parts.ts'
import { backgroundLimits } from '../audience-statement.ts'

/** What the sampled people are like: one row each, features side by side. Bounded by the sample, whatever the size of the workspace. */
export interface Matrix {
  features: Feature[]
  columns: { part: Part; placed: PlacedColumn[] }[]
  rows: number
  personIds: Uint32Array
  isSeed: Uint8Array
  /** As they are said (times, days, yuan, 0 or 1), row by row. NaN where somebody has nothing that a share could be of. */
  raw: Float32Array
}

/** Reads the sample's features, a part at a time, as lines of numbers. */
export async function readMatrix(
  ctx: Context,
  { scope, parts, run, signal, onPart }: { scope: FeatureScope; parts: readonly Part[]; run: number; signal: AbortSignal; onPart(done: number): Promise<void> },
): Promise<Matrix> {
  const sampled = await ctx.platform.warehouse.row<{ ids: number[]; seeds: number[] }>({
    sql: `select groupArray(person_id) as ids, groupArray(is_seed) as seeds
      from (select person_id, is_seed from lookalike_samples where ${workspaceOf(scope)} and run = ${scope.params.slot(run, 'UInt64')} order by person_id)`,
    params: scope.params.values,
    signal,
  })
  const { columns, features } = place(parts)
  const matrix: Matrix = {
    features,
    columns,
    rows: sampled.ids.length,
    personIds: Uint32Array.from(sampled.ids),
    isSeed: Uint8Array.from(sampled.seeds),
    raw: new Float32Array(sampled.ids.length * features.length),
  }
  fillAbsent(matrix)
  const rowOf = new Map(sampled.ids.map((id, index) => [id, index]))
  for (const [index, { part, placed }] of columns.entries()) {
    for await (const numbers of readPart(ctx, { scope, part, signal })) {
      const row = rowOf.get(numbers[0]!)
      if (row !== undefined) fill(matrix, placed, { row, numbers })
    }
    await onPart((index + 1) / columns.length)
  }
  settleMeans(matrix)
  return matrix
}

function place(parts: readonly Part[]): Pick<Matrix, 'columns' | 'features'> {
  const features: Feature[] = []
  const columns = parts.map((part) => ({
    part,
    placed: part.columns.map((column): PlacedColumn => {
      const first = features.length
      features.push(...featuresOf(column))
      return { column, first, absent: column.kind === 'code' ? 0 : column.absent === 'mean' ? Number.NaN : column.absent }
    }),
  }))
  return { features, columns }
}

function fillAbsent({ columns, features, rows, raw }: Matrix): void {
  for (const { column, first, absent } of columns.flatMap(({ placed }) => placed)) {
    if (column.kind === 'number' && absent !== 0) for (let row = 0; row < rows; row++) raw[row * features.length + first] = absent
  }
}

function fill({ features, raw }: Matrix, placed: readonly PlacedColumn[], { row, numbers }: { row: number; numbers: readonly number[] }): void {
  for (const [index, { column, first }] of placed.entries()) {
    const value = numbers[index + 1]!
    if (column.kind === 'number') raw[row * features.length + first] = value
    else if (value > 0) raw[row * features.length + first + value - 1] = 1
  }
}

/** What people who have nothing of a share count as: the mean of the others. */
function settleMeans({ columns, features, rows, raw }: Matrix): void {
  for (const placed of columns.flatMap((each) => each.placed)) {
    if (!Number.isNaN(placed.absent)) continue
    let [sum, count] = [0, 0]
    for (let row = 0; row < rows; row++) {
      const value = raw[row * features.length + placed.first]!
      if (!Number.isNaN(value)) [sum, count] = [sum + value, count + 1]
    }
    placed.absent = count === 0 ? 0 : sum / count
  }
}

/** A feature of a row as it enters the model. */
export function entered({ features, raw }: Matrix, { column, first, absent }: PlacedColumn, at: { row: number; offset: number }): number {
  const value = raw[at.row * features.length + first + at.offset]!
  if (column.kind === 'code') return value
  return scaled(Number.isNaN(value) ? absent : value, column.scale)
}

async function* readPart(ctx: Context, { scope, part, signal }: { scope: FeatureScope; part: Part; signal: AbortSignal }): AsyncGenerator<number[]> {
  const columns = part.columns.map(({ sql }) => `toFloat64(${sql})`)
  const statement = {
    sql: `select ${[`${part.person} as person`, ...columns].join(', ')} ${part.from}`,
    params: scope.params.values,
    limits: backgroundLimits,
    signal,
  }
  let rest = ''
  for await (const bytes of ctx.platform.warehouse.stream(statement, 'TabSeparated')) {
    const lines = (rest + bytes.toString('latin1')).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield line.split('\t').map(Number)
  }
}
