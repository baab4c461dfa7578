/** What a pattern says. `max` is null for any number. */
export type PatternNode =
  | { kind: 'character'; matches: (code: number) => boolean }
  | { kind: 'sequence'; parts: PatternNode[] }
  | { kind: 'choice'; parts: PatternNode[] }
  | { kind: 'repeat'; part: PatternNode; min: number; max: number | null }

/** Why a pattern cannot be used, for the person who wrote it. */
export class PatternProblem extends Error {
  readonly words: { zh: string; en: string }

  constructor(words: { zh: string; en: string }) {
    super(words.en)
    this.words = words
  }
}

const repeatMax = 200
const depthMax = 20
const isDigit = (code: number) => code >= 48 && code <= 57
const isWord = (code: number) => isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95
const isBlank = (code: number) => /\s/.test(String.fromCodePoint(code))
const isLineEnd = (code: number) => code === 10 || code === 13 || code === 0x2028 || code === 0x2029
const not = (matches: (code: number) => boolean) => (code: number) => !matches(code)
const classes: Record<string, (code: number) => boolean> = {
  d: isDigit,
  D: not(isDigit),
  w: isWord,
  W: not(isWord),
  s: isBlank,
  S: not(isBlank),
}

/**
 * Reads the common part of regular expressions, with their meaning (flag `u`): characters, `.`, `\d \w \s` and their opposites, `[…]`
 * with ranges and `^`, `(…)`, `|`, `? * + {m} {m,} {m,n}`; `^` at the start and `$` at the end say what holds anyway. Throws `PatternProblem`.
 */
export function parsePattern(pattern: string): PatternNode {
  let text = pattern.startsWith('^') ? pattern.slice(1) : pattern
  if (text.endsWith('$') && !/(?:^|[^\\])(?:\\\\)*\\\$$/.test(text)) text = text.slice(0, -1)
  const parser = new Parser(Array.from(text))
  const node = parser.choice(0)
  if (!parser.isAtEnd) throw unexpected(parser.peek!)
  return node
}

function unexpected(character: string): PatternProblem {
  return new PatternProblem({
    zh: `规则中的「${character}」不能这样使用；若要表示它本身，请写成「\\${character}」`,
    en: `"${character}" cannot stand there; write \\${character} for the character itself`,
  })
}

class Parser {
  readonly #characters: readonly string[]
  #at = 0

  constructor(characters: readonly string[]) {
    this.#characters = characters
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#characters.length
  }

  get peek(): string | undefined {
    return this.#characters[this.#at]
  }

  choice(depth: number): PatternNode {
    if (depth > depthMax) throw new PatternProblem({ zh: '括号嵌套过深', en: 'Brackets are nested too deeply' })
    const parts = [this.#sequence(depth)]
    while (this.peek === '|') {
      this.#at++
      parts.push(this.#sequence(depth))
    }
    return parts.length === 1 ? parts[0]! : { kind: 'choice', parts }
  }

  #sequence(depth: number): PatternNode {
    const parts: PatternNode[] = []
    while (!this.isAtEnd && this.peek !== '|' && this.peek !== ')') parts.push(this.#repeated(depth))
    return { kind: 'sequence', parts }
  }

  #repeated(depth: number): PatternNode {
    const part = this.#atom(depth)
    const times = this.#times()
    if (!times) return part
    if (this.peek !== undefined && '?*+{'.includes(this.peek)) throw unexpected(this.peek)
    return { kind: 'repeat', part, ...times }
  }

  #times(): { min: number; max: number | null } | null {
    switch (this.peek) {
      case '?':
        this.#at++
        return { min: 0, max: 1 }
      case '*':
        this.#at++
        return { min: 0, max: null }
      case '+':
        this.#at++
        return { min: 1, max: null }
      case '{':
        return this.#counted()
      case undefined:
      default:
        return null
    }
  }

  #counted(): { min: number; max: number | null } {
    const end = this.#characters.indexOf('}', this.#at)
    const counts = /^(\d{1,4})(?:(,)(\d{1,4})?)?$/.exec(this.#characters.slice(this.#at + 1, end === -1 ? undefined : end).join(''))
    if (!counts || end === -1) throw unexpected('{')
    const min = Number(counts[1])
    const max = counts[2] === undefined ? min : counts[3] === undefined ? null : Number(counts[3])
    if (min > repeatMax || (max !== null && (max > repeatMax || max < min)))
      throw new PatternProblem({ zh: `重复次数应在 0 至 ${repeatMax} 之间，且前小后大`, en: `Repeat 0 to ${repeatMax} times, the smaller number first` })
    this.#at = end + 1
    return { min, max }
  }

  #atom(depth: number): PatternNode {
    const character = this.#characters[this.#at++]!
    switch (character) {
      case '(':
        return this.#group(depth)
      case '[':
        return { kind: 'character', matches: this.#set() }
      case '.':
        return { kind: 'character', matches: not(isLineEnd) }
      case '\\':
        return { kind: 'character', matches: this.#escape() }
      case '^':
      case '$':
      case '*':
      case '+':
      case '?':
      case '{':
      case '}':
      case ']':
        throw unexpected(character)
      default:
        return { kind: 'character', matches: equal(character) }
    }
  }

  #group(depth: number): PatternNode {
    if (this.peek === '?') {
      if (this.#characters[this.#at + 1] !== ':')
        throw new PatternProblem({ zh: '不支持「(?」开头的写法（只支持「(?:」）', en: 'Groups that begin with "(?" are not supported, except "(?:"' })
      this.#at += 2
    }
    const node = this.choice(depth + 1)
    if (this.peek !== ')') throw unexpected('(')
    this.#at++
    return node
  }

  #set(): (code: number) => boolean {
    const isNegated = this.peek === '^'
    if (isNegated) this.#at++
    const parts: ((code: number) => boolean)[] = []
    while (this.peek !== ']') {
      if (this.isAtEnd) throw unexpected('[')
      parts.push(this.#setPart())
    }
    this.#at++
    return isNegated ? (code) => !parts.some((part) => part(code)) : (code) => parts.some((part) => part(code))
  }

  #setPart(): (code: number) => boolean {
    const first = this.#setCharacter()
    const isRange = this.peek === '-' && this.#characters[this.#at + 1] !== ']' && this.#characters[this.#at + 1] !== undefined
    if (!isRange) return typeof first === 'string' ? equal(first) : first
    this.#at++
    const last = this.#setCharacter()
    if (typeof first !== 'string' || typeof last !== 'string' || last.codePointAt(0)! < first.codePointAt(0)!) throw unexpected('-')
    const [from, to] = [first.codePointAt(0)!, last.codePointAt(0)!]
    return (code) => code >= from && code <= to
  }

  /** A character of a set, or a class such as `\d`. */
  #setCharacter(): string | ((code: number) => boolean) {
    const character = this.#characters[this.#at++]!
    if (character !== '\\') return character
    const escaped = this.#characters[this.#at++]
    return this.#escaped(escaped)
  }

  #escape(): (code: number) => boolean {
    const escaped = this.#escaped(this.#characters[this.#at++])
    return typeof escaped === 'string' ? equal(escaped) : escaped
  }

  #escaped(character: string | undefined): string | ((code: number) => boolean) {
    if (character === undefined) throw unexpected('\\')
    const known = classes[character]
    if (known) return known
    if (isWord(character.codePointAt(0)!)) throw new PatternProblem({ zh: `不支持「\\${character}」`, en: `"\\${character}" is not supported` })
    return character
  }
}

function equal(character: string): (code: number) => boolean {
  const expected = character.codePointAt(0)!
  return (code) => code === expected
}
