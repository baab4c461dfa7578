import type { LocaleText } from '../../../../contracts/common.ts'

/** Why a pull cannot go on, for the person who set it up. */
export class PullError extends Error {
  readonly words: LocaleText

  constructor(words: LocaleText, cause?: unknown) {
    super(words.en, { cause })
    this.words = words
  }
}

/** What a database or an interface said, short enough to show. */
export function saidBy(error: unknown): string {
  const { message, code } = error as { message?: unknown; code?: unknown }
  const text = typeof message === 'string' && message !== '' ? message : typeof code === 'string' ? code : 'error'
  return text.replaceAll(/\s+/g, ' ').slice(0, 300)
}
