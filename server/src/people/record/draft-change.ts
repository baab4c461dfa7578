import { appendToList, isSameValue } from './attribute-list.ts'
import { filledAt, momentOf } from './attribute-times.ts'
import type { AttributeData, PersonState, Said, Saying } from './person-draft.ts'

/** One application of a draft: what it did to the row so far. */
export class DraftChange {
  readonly state: PersonState
  visible = false
  moved = false

  constructor(state: PersonState) {
    this.state = state
  }

  /** Whether something said now may stand; if so it is noted when and by whom. */
  isNewer(key: string, { timeMs, source, fill }: Saying): boolean {
    const { attributeTimes, attributeSources } = this.state
    const said = attributeTimes[key]
    if (said !== undefined && timeMs < said) return false
    if (said === timeMs && !fill) return true
    attributeTimes[key] = fill ? fillTime(said, timeMs) : timeMs
    if (source > 0) attributeSources[key] = source
    else delete attributeSources[key]
    this.moved = true
    return true
  }

  /** Sets or, with null, removes. */
  set(key: string, value: AttributeData | null): void {
    const { attributes } = this.state
    if (value === null) {
      if (!(key in attributes)) return
      delete attributes[key]
    } else {
      if (isSameValue(attributes[key], value)) return
      attributes[key] = value
    }
    this.visible = true
  }

  /** Adds to a number, or begins one; a value of another type stays as it is. */
  increment(key: string, said: Said<number>): void {
    const known = this.state.attributes[key] ?? 0
    if (typeof known !== 'number') return
    this.#touch(key, said)
    this.set(key, rounded(known + said.value))
  }

  append(key: string, said: Said<readonly string[]>): void {
    const known = this.state.attributes[key] ?? []
    this.#touch(key, said)
    this.set(key, appendToList(Array.isArray(known) ? known : [String(known)], said.value))
  }

  /** Removes what the same source said until then. */
  clear({ timeMs, source }: Saying): void {
    const { attributes, attributeTimes, attributeSources } = this.state
    for (const key of Object.keys(attributes)) {
      if (source > 0 && attributeSources[key] === source && momentOf(attributeTimes[key] ?? 0) <= timeMs && this.isNewer(key, { timeMs, source }))
        this.set(key, null)
    }
  }

  /** Operations count whenever they come, so they never make what is known older. */
  #touch(key: string, said: Saying): void {
    this.isNewer(key, { ...said, timeMs: Math.max(said.timeMs, this.state.attributeTimes[key] ?? 0) })
  }
}

/** Where something was removed outright, what fills the gap is as old as the removal: what was said before that stays refused. */
function fillTime(said: number | undefined, timeMs: number): number {
  return said !== undefined && said > 0 ? said : filledAt(timeMs)
}

/** Without the dust of binary fractions: 0.1 + 0.2 is 0.3. */
function rounded(value: number): number {
  return Number(value.toPrecision(15))
}
