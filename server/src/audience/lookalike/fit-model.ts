import { scaled, type PlacedColumn } from './features.ts'
import { fitLogistic, type Examples, type Fitted } from './logistic-regression.ts'
import { entered, type Matrix } from './read-matrix.ts'

/** Strengths of the ridge that are tried on a small sample; a large one needs none in particular. */
const ridges = [3, 30, 300]
const usualRidge = 10
const triedRowsMax = 12_000
/** Of a small sample, so many parts; one of them judges the strengths. */
const judgedOf = 4

export interface Model {
  /** Log odds of somebody who is in no part. */
  intercept: number
  /** Of the features as they enter, not standardised. */
  weights: Float64Array
  /** Of the standardised features. */
  standardWeights: Float64Array
}

/** Fits the model to the sample; seed and others count the same in sum. The same matrix gives the same numbers. */
export async function fitModel(matrix: Matrix, signal?: AbortSignal): Promise<Model> {
  const { examples, means, deviations } = standardise(matrix)
  const ridge = matrix.rows <= triedRowsMax ? await chooseRidge(examples, signal) : usualRidge
  const fitted = await fitLogistic(examples, ridge, signal)
  const weights = fitted.weights.map((weight, index) => (deviations[index] === 0 ? 0 : weight / deviations[index]!))
  let intercept = fitted.intercept
  for (const [index, weight] of weights.entries()) intercept -= weight * means[index]!
  for (const { column, first, absent } of placedColumns(matrix)) {
    if (column.kind === 'number') intercept += weights[first]! * scaled(absent, column.scale)
  }
  return { intercept, weights, standardWeights: fitted.weights }
}

const placedColumns = (matrix: Matrix): PlacedColumn[] => matrix.columns.flatMap(({ placed }) => placed)

/** Log odds of a row of the matrix: what the statement of scores computes for everybody. */
export function scoreRow(matrix: Matrix, model: Model, row: number): number {
  let score = model.intercept
  forEachFeature(matrix, row, (index, value, { column, absent }) => {
    score += model.weights[index]! * (column.kind === 'number' ? value - scaled(absent, column.scale) : value)
  })
  return score
}

/** Calls `take` for each feature of a row, as it enters the model. */
export function forEachFeature(matrix: Matrix, row: number, take: (index: number, value: number, placed: PlacedColumn) => void): void {
  for (const placed of placedColumns(matrix)) {
    const count = placed.column.kind === 'code' ? placed.column.features.length : 1
    for (let offset = 0; offset < count; offset++) take(placed.first + offset, entered(matrix, placed, { row, offset }), placed)
  }
}

function standardise(matrix: Matrix): { examples: Examples; means: Float64Array; deviations: Float64Array } {
  const { rows, isSeed } = matrix
  const size = matrix.features.length
  const values = new Float32Array(rows * size)
  const [sums, squares] = [new Float64Array(size), new Float64Array(size)]
  for (let row = 0; row < rows; row++) {
    forEachFeature(matrix, row, (index, value) => {
      values[row * size + index] = value
      sums[index]! += value
      squares[index]! += value * value
    })
  }
  const means = sums.map((sum) => sum / rows)
  const deviations = squares.map((square, index) => {
    const variance = square / rows - means[index]! ** 2
    return variance > 1e-9 ? Math.sqrt(variance) : 0
  })
  for (let place = 0; place < values.length; place++) {
    const index = place % size
    values[place] = deviations[index] === 0 ? 0 : (values[place]! - means[index]!) / deviations[index]!
  }
  const positives = isSeed.reduce((sum, each) => sum + each, 0)
  const negativeWeight = Math.min(1, positives / Math.max(1, rows - positives))
  return { examples: { rows, features: size, values, isPositive: isSeed, negativeWeight }, means, deviations }
}

/** The strength whose model, fitted to three quarters, tells the last quarter best. */
async function chooseRidge(examples: Examples, signal: AbortSignal | undefined): Promise<number> {
  const rows = Array.from({ length: examples.rows }, (_, row) => row)
  const fitting = subset(
    examples,
    rows.filter((row) => row % judgedOf !== 0),
  )
  const judging = subset(
    examples,
    rows.filter((row) => row % judgedOf === 0),
  )
  let best = { ridge: usualRidge, loss: Infinity }
  for (const ridge of ridges) {
    const loss = lossOf(judging, await fitLogistic(fitting, ridge, signal))
    if (loss < best.loss) best = { ridge, loss }
  }
  return best.ridge
}

function subset({ features, values, isPositive, negativeWeight }: Examples, rows: readonly number[]): Examples {
  const some = new Float32Array(rows.length * features)
  for (const [index, row] of rows.entries()) some.set(values.subarray(row * features, (row + 1) * features), index * features)
  return { rows: rows.length, features, values: some, isPositive: Uint8Array.from(rows, (row) => isPositive[row]!), negativeWeight }
}

/** Minus the log likelihood. */
function lossOf({ rows, features, values, isPositive, negativeWeight }: Examples, { intercept, weights }: Fitted): number {
  let loss = 0
  for (let row = 0; row < rows; row++) {
    let logOdds = intercept
    for (let index = 0; index < features; index++) logOdds += weights[index]! * values[row * features + index]!
    loss += isPositive[row] === 1 ? Math.log1p(Math.exp(-logOdds)) : negativeWeight * Math.log1p(Math.exp(logOdds))
  }
  return loss
}
