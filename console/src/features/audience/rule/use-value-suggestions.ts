import { collectRoutes } from '../../../../../contracts/collect.ts'
import { peopleRoutes } from '../../../../../contracts/people.ts'
import { useRead } from '../../../ui/api.ts'

/** Whose values are asked for; of a region also the wider ones that its values lie in. */
export type ValueSource = { attribute: string; isRegion?: boolean } | { event: string; property: string }

/** The most frequent values seen, with how often. */
export function useValueSuggestions(source: ValueSource, search: string): { suggestions: { value: string; count: number }[]; isLoading: boolean } {
  const words = search === '' ? undefined : search
  const attribute = 'attribute' in source ? source.attribute : ''
  const { event, property } = 'event' in source ? source : { event: '', property: '' }
  const ofPeople = useRead(peopleRoutes.listAttributeValues, {
    params: { key: attribute },
    query: { search: words, regions: 'attribute' in source && source.isRegion ? 'true' : undefined },
    enabled: attribute !== '',
    keepPrevious: true,
  })
  const ofEvents = useRead(collectRoutes.listPropertyValues, { query: { event, property, search: words }, enabled: property !== '', keepPrevious: true })
  const answer = attribute === '' ? ofEvents : ofPeople
  return { suggestions: answer.data?.items ?? [], isLoading: answer.isLoading }
}
