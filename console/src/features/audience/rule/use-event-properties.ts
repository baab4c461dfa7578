import { collectRoutes } from '../../../../../contracts/collect.ts'
import { useRead } from '../../../ui/api.ts'
import { useLocaleText } from '../../../ui/text.ts'

/** The properties seen with an event, each with what people call it. */
export function useEventProperties(event: string) {
  const pick = useLocaleText()
  const events = useRead(collectRoutes.listEventSchemas)
  const seen = events.data?.items.find((schema) => schema.event === event)?.properties ?? []
  return seen.map((property) => ({ ...property, label: pick(property.label) || property.key }))
}
