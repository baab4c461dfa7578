import { createHash } from 'node:crypto'

/** Where a pull stands: the furthest value, and fingerprints of the rows around it that were read. */
export interface CursorState {
  value: string | null
  edge: readonly string[]
}

const edgeMax = 20_000

/** A short fingerprint of a row. */
export function fingerprint(row: unknown): string {
  return createHash('sha256').update(JSON.stringify(row)).digest('base64url').slice(0, 16)
}

const written = /^(\d{4})-(\d{2})-(\d{2})(?:([ T])(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?)?(.*)$/

/** A written time moved back by seconds, its fraction and zone as they were; anything else as it is. */
export function shiftBack(text: string, seconds: number): string {
  const match = written.exec(text)
  if (!match || seconds === 0) return text
  const [, year, month, day, gap = ' ', hour = '00', minute = '00', second = '00', fraction, rest = ''] = match
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) - seconds * 1000
  const moved = new Date(ms).toISOString()
  return `${moved.slice(0, 10)}${gap}${moved.slice(11, 19)}${fraction === undefined ? '' : `.${fraction}`}${rest}`
}

/** Compares two values of a cursor column, written the same way by the same database. */
export function compareCursors(left: string, right: string, type: 'time' | 'number'): number {
  if (type === 'time') {
    const [a, b] = [comparableTime(left), comparableTime(right)]
    return a < b ? -1 : a > b ? 1 : 0
  }
  const [a, b] = [scaled(left), scaled(right)]
  return a < b ? -1 : a > b ? 1 : 0
}

function comparableTime(text: string): string {
  const match = written.exec(text)
  if (!match) return text
  const [, year, month, day, , hour = '00', minute = '00', second = '00', fraction = ''] = match
  return `${year}-${month}-${day} ${hour}:${minute}:${second}.${fraction.padEnd(9, '0')}`
}

function scaled(text: string): bigint {
  const [whole = '0', fraction = ''] = text.replace(/^[+-]/, '').split('.')
  const digits = /^\d+$/.test(whole) && /^\d*$/.test(fraction) ? BigInt(whole + fraction.slice(0, 12).padEnd(12, '0')) : 0n
  return text.startsWith('-') ? -digits : digits
}

/** Moves along rows in ascending order and knows which of them were read before. */
export class Edge {
  readonly #known: ReadonlySet<string>
  readonly #keepFrom: (value: string) => string
  readonly #type: 'time' | 'number'
  #recent: { value: string; print: string }[] = []
  #value: string | null

  constructor(state: CursorState, { type, overlapSeconds }: { type: 'time' | 'number'; overlapSeconds: number }) {
    this.#known = new Set(state.edge)
    this.#value = state.value
    this.#type = type
    this.#keepFrom = (value) => (type === 'time' ? shiftBack(value, overlapSeconds) : value)
  }

  /** Takes the next row; answers whether it is new. Throws a RangeError when rows do not ascend. */
  take(row: unknown, value: string): boolean {
    const last = this.#recent.at(-1)?.value
    if (last !== undefined && compareCursors(value, last, this.#type) < 0) throw new RangeError('descending')
    const print = fingerprint(row)
    this.#recent.push({ value, print })
    if (this.#value === null || compareCursors(value, this.#value, this.#type) > 0) this.#value = value
    if (this.#recent.length > edgeMax * 2) this.#trim()
    return !this.#known.has(print)
  }

  /** Where to go on from here. */
  state(): CursorState {
    this.#trim()
    return { value: this.#value, edge: this.#recent.map(({ print }) => print) }
  }

  #trim(): void {
    const value = this.#value
    if (value === null) return
    const from = this.#keepFrom(value)
    this.#recent = this.#recent.filter((each) => compareCursors(each.value, from, this.#type) >= 0).slice(-edgeMax)
  }
}
