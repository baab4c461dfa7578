import { collectRoutes } from '../../../../../contracts/collect.ts'
import type { EventSchema } from '../../../../../contracts/event-schemas.ts'
import type { z } from 'zod'
import { useRead } from '../../../ui/api.ts'

/** The properties seen with an event. */
export function useEventProperties(event: string): z.infer<typeof EventSchema>['properties'] {
  const events = useRead(collectRoutes.listEventSchemas)
  return events.data?.items.find((schema) => schema.event === event)?.properties ?? []
}
