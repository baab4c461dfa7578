import type { Problem } from '../../../contracts/errors.ts'

/** What is wrong with one tracked message; thrown inside the reading of that message and gathered with the others'. */
export class TrackingProblem extends Error {
  readonly problem: Problem

  constructor(at: string, words: { zh: string; en: string }) {
    super(words.en)
    this.problem = { at, ...words }
  }
}
