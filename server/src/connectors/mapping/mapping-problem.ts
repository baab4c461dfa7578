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
