import { collectRoutes, type EventSchema } from '../../../../../contracts/collect.ts'
import type { z } from 'zod'
import { useRead } from '../../../ui/api.ts'

/** The properties seen with an event. */
export function useEventProperties(event: string): z.infer<typeof EventSchema>['properties'] {
  const events = useRead(collectRoutes.listEventSchemas)
  return events.data?.items.find((schema) => schema.event === event)?.properties ?? []
}
