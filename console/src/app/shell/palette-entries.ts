import { useDeferredValue, useMemo } from 'react'
import { peopleRoutes } from '../../../../contracts/people.ts'
import { useRead } from '../../ui/api.ts'
import { useMay } from '../../ui/session-context.ts'
import { useAnyText, useText } from '../../ui/text.ts'
import { features } from '../features.ts'

export interface PaletteEntry {
  key: string
  title: string
  /** Person, page or action. */
  kind: string
  to: string
}

/** What the palette offers for what was typed: actions and pages by words, people by the server's search. */
export function usePaletteEntries(typed: string): { entries: PaletteEntry[]; isSearching: boolean } {
  const text = useText('common')
  const anyText = useAnyText()
  const may = useMay()
  // Only the question to the server may lag behind: whoever types fast and presses Enter means what is typed now.
  const search = useDeferredValue(typed)
  const searches = search.length >= 2 && may('people.read')
  const people = useRead(peopleRoutes.listPeople, { query: { search, limit: 6 }, enabled: searches })
  const places = useMemo(() => {
    const pages = features.flatMap((feature) =>
      feature.navigation
        .filter((item) => may(item.permission))
        .map((item) => {
          const [whole, part] = [anyText(feature.label), anyText(item.label)]
          return { key: `page ${item.to}`, title: whole === part ? whole : `${whole} · ${part}`, kind: text('palette.page'), to: item.to }
        }),
    )
    const actions = features.flatMap((feature) =>
      (feature.actions ?? [])
        .filter((action) => may(action.permission))
        .map((action) => ({ key: `action ${action.label}`, title: anyText(action.label), kind: text('palette.action'), to: action.to })),
    )
    return [...actions, ...pages]
  }, [anyText, text, may])
  const ranked = places.map((place) => ({ place, rank: rankOf(place.title, typed) })).filter(({ rank }) => rank !== undefined)
  const meant = ranked.filter(({ rank }) => rank !== 2).toSorted((left, right) => (left.rank ?? 0) - (right.rank ?? 0))
  const persons =
    searches && search === typed
      ? (people.data?.items ?? []).map((person) => ({
          key: `person ${person.personId}`,
          title: [person.name ?? text('person', { personId: person.personId }), person.phone, person.city].filter(Boolean).join(' · '),
          kind: text('palette.person'),
          to: `/people/${person.personId}`,
        }))
      : []
  const loosely = ranked.filter(({ rank }) => rank === 2)
  return {
    entries: [...meant.map(({ place }) => place), ...persons, ...loosely.map(({ place }) => place)].slice(0, 14),
    isSearching: searches && people.isFetching,
  }
}

/** 0: a part of the title is what was typed; 1: one begins with it; 2: it stands somewhere; undefined: it does not. */
function rankOf(title: string, typed: string): 0 | 1 | 2 | undefined {
  const words = typed.toLowerCase()
  const parts = title.toLowerCase().split(' · ')
  if (parts.includes(words)) return 0
  if (parts.some((part) => part.startsWith(words))) return 1
  return title.toLowerCase().includes(words) ? 2 : undefined
}
