import type { Problem } from '../../../../contracts/errors.ts'

/** What is wrong with one message; thrown while it is read, and kept beside it. */
export class TrackingProblem extends Error {
  readonly problem: Problem
  /** The message is so large or so deep that only its outline is kept. */
  readonly isUnkept: boolean

  constructor(at: string, words: { zh: string; en: string }, { isUnkept = false } = {}) {
    super(words.en)
    this.problem = { at, zh: words.zh, en: words.en }
    this.isUnkept = isUnkept
  }
}
