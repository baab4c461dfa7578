import type { Rule } from '../../../../../contracts/rule.ts'

export const choiceGroups = ['shape', 'event', 'attribute', 'tag', 'layer', 'segment', 'message', 'consent'] as const
/** One condition that can be added, found by its words. */
export interface Choice {
  key: string
  group: (typeof choiceGroups)[number]
  label: string
  note?: string
  words: string
  make: () => Rule
}

/** So many of a group are shown; more words find the others. */
const shownPerGroup = 8
const recentMax = 5
const storageKey = 'hongyan.conditions'

export interface ShownGroup {
  group: Choice['group'] | 'recent'
  choices: Choice[]
}

/** What is shown for the words typed: those that begin with them first; without words, what was used lately comes first of all. */
export function searchChoices(choices: readonly Choice[], search: string, recent: readonly string[]): ShownGroup[] {
  const words = search.trim().toLowerCase().split(/\s+/).filter(Boolean)
  const found = choices.filter((choice) => words.every((word) => choice.words.includes(word)))
  const groups = new Map<ShownGroup['group'], Choice[]>()
  const first = words[0] ?? ''
  for (const choice of found.toSorted((a, b) => Number(b.words.startsWith(first)) - Number(a.words.startsWith(first))))
    groups.set(choice.group, [...(groups.get(choice.group) ?? []), choice])
  const shown = [...groups].map(([group, all]): ShownGroup => ({ group, choices: all.slice(0, shownPerGroup) }))
  if (words.length > 0) return shown
  const lately = recent.flatMap((key) => choices.find((choice) => choice.key === key) ?? [])
  return lately.length === 0 ? shown : [{ group: 'recent', choices: lately }, ...shown]
}

/** The conditions used last on this browser, the last first. */
export function recentChoices(): string[] {
  try {
    const kept = JSON.parse(localStorage.getItem(storageKey) ?? '[]') as unknown
    return Array.isArray(kept) ? kept.filter((key) => typeof key === 'string') : []
  } catch {
    return []
  }
}

export function noteChoice(key: string): void {
  const kept = [key, ...recentChoices().filter((each) => each !== key)].slice(0, recentMax)
  try {
    localStorage.setItem(storageKey, JSON.stringify(kept))
  } catch {
    // A browser that keeps nothing has no recent conditions.
  }
}
