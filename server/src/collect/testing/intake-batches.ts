import type { InsertRow, Warehouse } from '../../platform/warehouse/warehouse.ts'

const batchSize = 1_200

/** Batch `number`, always the same: events of three months and two years, so that a kill can leave any table of the intake half done. */
export function* batchOfIntake(number: number): Generator<InsertRow> {
  const instants = ['2025-11-03 10:00:00.000', '2026-01-05 10:00:00.000', '2026-02-07 10:00:00.000']
  for (let index = 0; index < batchSize; index += 1) {
    yield {
      workspace_id: 1,
      event: index % 4 === 0 ? 'Message Accepted' : 'Product Viewed',
      person_id: number * batchSize + index + 1,
      time: instants[index % instants.length],
      event_id: `00000000-0000-4000-8000-${String(number * batchSize + index).padStart(12, '0')}`,
      source_id: `00000000-0000-4000-9000-${String(number).padStart(12, '0')}`,
      amount_fen: null,
      properties: { 批次: number, 'a.b': index, campaignId: '00000000-0000-4000-8000-000000000001' },
      received_at: '2026-02-07 10:00:01.000',
    }
  }
}

/** Batches, by the source each stands under, that one of the tables that the intake feeds does not hold exactly once. */
export async function wrongIntakeBatches(warehouse: Warehouse, batches: number): Promise<unknown[]> {
  return warehouse.rows({
    sql: `
      select batches.batch as batch, events.n as events, events.distinct as distinct, events.contacts as contacts, copies.n as copies, totals.n as totals, totals.people as people
      from (select number as batch, toUUID(concat('00000000-0000-4000-9000-', leftPad(toString(number), 12, '0'))) as source_id from numbers({batches:UInt32})) as batches
      left join (
        select source_id, count() as n, uniqExact(event_id, properties.\`批次\`, properties.a.b) as distinct,
          uniqExactIf(person_id, person_id in (select person_id from campaign_contacts)) as contacts
        from events group by source_id) as events using source_id
      left join (select source_id, count() as n from events_by_person group by source_id) as copies using source_id
      left join (select source_id, sum(count) as n, groupBitmapMerge(people) as people from event_totals group by source_id) as totals using source_id
      where events != {size:UInt32} or distinct != {size:UInt32} or copies != {size:UInt32} or totals != {size:UInt32} or people != {size:UInt32}
        or contacts * 4 != {size:UInt32}`,
    params: { batches, size: batchSize },
  })
}
