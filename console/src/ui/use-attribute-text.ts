import { useMemo } from 'react'
import { catalogueRoutes } from '../../../contracts/catalogue.ts'
import { useRead } from './api.ts'
import { formatAttribute } from './format.ts'
import { useLocale } from './text.ts'

/** A value of an attribute in words, with the format and unit that the catalogue gives it. */
export function useAttributeText(): (key: string, value: unknown) => string {
  const locale = useLocale()
  const definitions = useRead(catalogueRoutes.listAttributeDefinitions)
  const styles = useMemo(() => new Map(definitions.data?.items.map((one) => [one.key, one])), [definitions.data])
  return (key, value) => formatAttribute(value, styles.get(key), locale)
}
