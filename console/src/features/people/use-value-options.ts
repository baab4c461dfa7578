import { peopleRoutes } from '../../../../contracts/people.ts'
import { useRead } from '../../ui/api.ts'

/** The most frequent values of an attribute, as choices. */
export function useValueOptions(key: string): { value: string; label: string }[] {
  const values = useRead(peopleRoutes.listAttributeValues, { params: { key } })
  return values.data?.items.map(({ value }) => ({ value, label: value })) ?? []
}
