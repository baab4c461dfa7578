import type { NamespaceNormaliser, NamespaceStrength } from '../../../../contracts/namespaces.ts'
import type { LocaleText } from '../../../../contracts/common.ts'
import { maskEmail, maskIdentifier, maskPhone } from '../masking/mask.ts'
import { normaliseEmail, normaliseIdentifier, normalisePhone, type Normalised, type Rejection } from '../record/normalise.ts'
import type { PatternTest } from './linear-pattern.ts'

/** A kind of identity as it is used: `matches` is its pattern. */
export interface KnownNamespace {
  readonly key: string
  readonly label: LocaleText
  readonly strength: NamespaceStrength
  readonly priority: number
  readonly perPersonMax: number | null
  readonly pattern: string | null
  readonly normaliser: NamespaceNormaliser
  readonly secret: boolean
  readonly builtIn: boolean
  readonly disabledAt: Date | null
  readonly matches: PatternTest | null
}

const unknownNamespace: Rejection = { zh: '没有这种标识类型，或已停用', en: 'There is no such kind of identity, or it is disabled' }
const otherShape: Rejection = { zh: '不符合该标识类型的格式规则', en: 'Does not match the pattern of this kind of identity' }

const strengthOrder: Record<NamespaceStrength, number> = { strong: 0, medium: 1, weak: 2 }

/** The kinds of identities of a workspace, strongest first: strong before medium before weak, by priority within, then by key. */
export class NamespaceRules {
  readonly all: readonly KnownNamespace[]
  readonly #ranks: ReadonlyMap<string, number>

  constructor(namespaces: readonly KnownNamespace[]) {
    this.all = namespaces.toSorted(
      (left, right) => strengthOrder[left.strength] - strengthOrder[right.strength] || left.priority - right.priority || (left.key < right.key ? -1 : 1),
    )
    this.#ranks = new Map(this.all.map(({ key }, rank) => [key, rank]))
  }

  /** Those that data may name. */
  get active(): readonly KnownNamespace[] {
    return this.all.filter((namespace) => namespace.disabledAt === null)
  }

  get(key: string): KnownNamespace | undefined {
    const rank = this.#ranks.get(key)
    return rank === undefined ? undefined : this.all[rank]
  }

  /** Position in `all`; -1 when there is none. */
  rankOf(key: string): number {
    return this.#ranks.get(key) ?? -1
  }

  /** These and some nobody knows: weak, and secret in case they were. */
  withUnknown(keys: readonly string[]): NamespaceRules {
    const unknown = keys.map((key): KnownNamespace => ({
      key,
      label: { zh: key, en: key },
      strength: 'weak',
      priority: 1000,
      perPersonMax: null,
      pattern: null,
      normaliser: 'text',
      secret: true,
      builtIn: false,
      disabledAt: null,
      matches: null,
    }))
    return new NamespaceRules([...this.all, ...unknown])
  }

  /** Whether data may name it. */
  takes(key: string): boolean {
    return this.get(key)?.disabledAt === null
  }

  /** The normalised value of an identity, or why there is none: the one rule for imports, tracking, connectors and search. */
  normalise(key: string, given: string): Normalised {
    const namespace = this.get(key)
    if (!namespace || namespace.disabledAt !== null) return unknownNamespace
    const value = normaliseBy(namespace.normaliser, given)
    if (typeof value !== 'string' || namespace.matches === null) return value
    return namespace.matches(value) ? value : otherShape
  }

  /** A value as people without the right to reveal see it; unknown kinds are masked. */
  mask(key: string, value: string): string {
    const namespace = this.get(key)
    if (namespace && !namespace.secret) return value
    if (namespace?.normaliser === 'phone') return maskPhone(value)
    return namespace?.normaliser === 'email' ? maskEmail(value) : maskIdentifier(value)
  }
}

function normaliseBy(normaliser: NamespaceNormaliser, given: string): Normalised {
  switch (normaliser) {
    case 'phone':
      return normalisePhone(given)
    case 'email':
      return normaliseEmail(given)
    case 'text':
      return normaliseIdentifier(given)
    case 'lowercase': {
      const text = normaliseIdentifier(given)
      return typeof text === 'string' ? text.toLowerCase() : text
    }
  }
}
