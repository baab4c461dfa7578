import { setImmediate as breathe } from 'node:timers/promises'

/** Rows of standardised features, one after another, and what they are to be told by. */
export interface Examples {
  rows: number
  features: number
  values: Float32Array
  isPositive: Uint8Array
  /** How much a negative row counts; a positive one counts 1. */
  negativeWeight: number
}

export interface Fitted {
  intercept: number
  weights: Float64Array
}

/** So many rows are worked through before others get their turn: some ten milliseconds. */
const multiplicationsPerTurn = 8_000_000
const roundsMax = 25
const enough = 1e-8

/**
 * Logistic regression with a ridge on the weights and none on the intercept, by Newton's method (iteratively reweighted least squares; Hastie, Tibshirani and Friedman, The
 * Elements of Statistical Learning, 4.4 and 3.4.1). The problem is strictly convex, so there is one answer, and the same rows give the same numbers. Lets the event loop breathe.
 * @throws the signal's reason when it is aborted
 */
export async function fitLogistic(examples: Examples, ridge: number, signal?: AbortSignal): Promise<Fitted> {
  const size = examples.features + 1
  let beta = new Float64Array(size)
  for (let round = 0; round < roundsMax; round++) {
    const { gradient, hessian } = await derivatives(examples, beta, signal)
    for (let index = 1; index < size; index++) {
      gradient[index]! -= ridge * beta[index]!
      hessian[index * size + index]! += ridge
    }
    const step = solve(hessian, gradient, size)
    // From zero on Newton may overshoot where classes are told apart nearly wholly.
    const largest = step.reduce((most, each) => Math.max(most, Math.abs(each)), 0)
    const damping = largest > 4 ? 4 / largest : 1
    beta = beta.map((value, index) => value + damping * step[index]!)
    if (largest < enough) break
  }
  return { intercept: beta[0]!, weights: beta.slice(1) }
}

/** Gradient and curvature of the log likelihood at `beta`, whose first number is the intercept. */
async function derivatives(examples: Examples, beta: Float64Array, signal: AbortSignal | undefined) {
  const { rows, features, values, isPositive, negativeWeight } = examples
  const size = features + 1
  const gradient = new Float64Array(size)
  const hessian = new Float64Array(size * size)
  const perTurn = Math.max(1, Math.floor((2 * multiplicationsPerTurn) / (size * size)))
  const row = new Float64Array(size)
  row[0] = 1
  for (let index = 0; index < rows; index++) {
    if (index % perTurn === 0) {
      signal?.throwIfAborted()
      await breathe()
    }
    for (let feature = 0; feature < features; feature++) row[feature + 1] = values[index * features + feature]!
    addRow(row, beta, { gradient, hessian, isPositive: isPositive[index] === 1, negativeWeight })
  }
  for (let at = 0; at < size; at++) for (let other = 0; other < at; other++) hessian[other * size + at] = hessian[at * size + other]!
  return { gradient, hessian }
}

interface Sums {
  gradient: Float64Array
  hessian: Float64Array
  isPositive: boolean
  negativeWeight: number
}

function addRow(row: Float64Array, beta: Float64Array, sums: Sums): void {
  const size = row.length
  const { gradient, hessian, isPositive, negativeWeight } = sums
  let logOdds = 0
  for (let at = 0; at < size; at++) logOdds += beta[at]! * row[at]!
  const chance = 1 / (1 + Math.exp(-logOdds))
  const weight = isPositive ? 1 : negativeWeight
  const pull = weight * ((isPositive ? 1 : 0) - chance)
  const curvature = weight * chance * (1 - chance)
  for (let at = 0; at < size; at++) {
    const value = row[at]!
    gradient[at]! += pull * value
    const bent = curvature * value
    for (let other = 0, place = at * size; other <= at; other++, place++) hessian[place]! += bent * row[other]!
  }
}

/** Solves a symmetric positive system by Cholesky's decomposition, in place. */
function solve(matrix: Float64Array, right: Float64Array, size: number): Float64Array {
  for (let column = 0; column < size; column++) {
    for (let row = column; row < size; row++) {
      let sum = matrix[row * size + column]!
      for (let before = 0; before < column; before++) sum -= matrix[row * size + before]! * matrix[column * size + before]!
      matrix[row * size + column] = row === column ? Math.sqrt(Math.max(sum, 1e-12)) : sum / matrix[column * size + column]!
    }
  }
  const solution = Float64Array.from(right)
  for (let row = 0; row < size; row++) {
    for (let before = 0; before < row; before++) solution[row]! -= matrix[row * size + before]! * solution[before]!
    solution[row]! /= matrix[row * size + row]!
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let after = row + 1; after < size; after++) solution[row]! -= matrix[after * size + row]! * solution[after]!
    solution[row]! /= matrix[row * size + row]!
  }
  return solution
}
