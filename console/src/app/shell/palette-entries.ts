import { useMemo } from 'react'
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
  const searches = typed.length >= 2 && may('people.read')
  const people = useRead(peopleRoutes.listPeople, { query: { search: typed, limit: 6 }, enabled: searches })
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
  const words = typed.toLowerCase()
  const found = places.filter((place) => place.title.toLowerCase().includes(words))
  const persons = searches
    ? (people.data?.items ?? []).map((person) => ({
        key: `person ${person.personId}`,
        title: [person.name ?? text('person', { personId: person.personId }), person.phone, person.city].filter(Boolean).join(' · '),
        kind: text('palette.person'),
        to: `/people/${person.personId}`,
      }))
    : []
  return { entries: [...persons, ...found].slice(0, 14), isSearching: searches && people.isFetching }
}
