import type { Problem } from '../../../../contracts/errors.ts'

/** Why a value could not be used. Words never hold the value: problems are kept in the open. */
export class MappingProblem extends Error {
  readonly words: { zh: string; en: string }

  constructor(words: { zh: string; en: string }) {
    super(words.en)
    this.words = words
  }

  at(at: string): Problem {
    return { at, ...this.words }
  }
}

/** The same with its place in the draft: the result that it belongs to cannot be. */
export class PlacedProblem extends Error {
  readonly at: string
  readonly problem: MappingProblem

  constructor(at: string, problem: MappingProblem) {
    super(problem.message)
    this.at = at
    this.problem = problem
  }
}
