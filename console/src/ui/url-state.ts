import { useCallback } from 'react'
import { useSearchParams } from 'react-router'

/**
 * Filters kept in the URL, so that a list can be shared, reloaded and gone back to.
 * `const [filters, setFilters] = useUrlState('search', 'state')`; an empty value leaves the URL.
 */
export function useUrlState<Key extends string>(...keys: Key[]): [Partial<Record<Key, string>>, (change: Partial<Record<Key, string | undefined>>) => void] {
  const [search, setSearch] = useSearchParams()
  const values: Partial<Record<Key, string>> = {}
  for (const key of keys) {
    const value = search.get(key)
    if (value !== null && value !== '') values[key] = value
  }
  const change = useCallback(
    (next: Partial<Record<Key, string | undefined>>) =>
      setSearch(
        (before) => {
          const after = new URLSearchParams(before)
          for (const [key, value] of Object.entries(next) as [Key, string | undefined][]) {
            if (value === undefined || value === '') after.delete(key)
            else after.set(key, value)
          }
          return after
        },
        { replace: true },
      ),
    [setSearch],
  )
  return [values, change]
}
