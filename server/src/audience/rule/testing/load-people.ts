import type { Warehouse } from '../../../platform/warehouse/warehouse.ts'

export interface TestPerson {
  personId: number
  attributes?: Record<string, unknown>
  hasPhone?: boolean
  createdAt?: string
  events?: readonly { event: string; at: string; amountFen?: number; properties?: Record<string, unknown> }[]
}

const source = '0190a000-0000-7000-8000-0000000000aa'
const instant = (at: string) => new Date(at).toISOString().replace('T', ' ').replace('Z', '')

/** Puts people and their events straight into the warehouse, as the inbox's consumer would. */
export async function loadPeople(warehouse: Warehouse, workspaceId: number, people: readonly TestPerson[]): Promise<void> {
  const token = crypto.randomUUID()
  const rows = people.map(({ personId, attributes = {}, hasPhone = true, createdAt = '2026-01-01T00:00:00Z' }) => ({
    workspace_id: workspaceId,
    person_id: personId,
    attributes,
    has_phone: Number(hasPhone),
    has_email: 0,
    created_at: instant(createdAt),
    version: 1,
    is_deleted: 0,
  }))
  await warehouse.insertRows('people', rows, { token: `people ${token}` })
  const events = people.flatMap(({ personId, events: ofPerson = [] }) =>
    ofPerson.map(({ event, at, amountFen, properties = {} }) => ({
      workspace_id: workspaceId,
      event,
      person_id: personId,
      time: instant(at),
      event_id: crypto.randomUUID(),
      source_id: source,
      amount_fen: amountFen ?? null,
      properties,
      received_at: instant(at),
    })),
  )
  if (events.length > 0) await warehouse.insertRows('event_intake', events, { token: `events ${token}` })
}
