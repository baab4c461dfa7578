import type { Warehouse } from '../../platform/warehouse/warehouse.ts'

interface Merged {
  aliasId: number
  personId: number
}

/** How text of properties becomes typed columns, as when it came in. */
const typing = 'type_json_skip_duplicated_paths = 1, input_format_null_as_default = 1, input_format_try_infer_dates = 0, input_format_try_infer_datetimes = 0'

/**
 * Brings the events of former ids to the sample of people that estimates read, where today's person is in the sample and the former one was not. Done again,
 * an event stands there twice until its rows are merged, and readers know that. Whoever is parted again is left out by readers.
 */
export async function sampleMerged(warehouse: Warehouse, workspaceId: number, merged: readonly Merged[]): Promise<void> {
  await warehouse.run({
    sql: `
      insert into events_sample (workspace_id, event, person_id, time, event_id, source_id, amount_fen, properties)
      select workspace_id, event, person_id, time, event_id, source_id, amount_fen, properties::JSON(max_dynamic_paths = 128)
      from events_by_person
      where workspace_id = {workspaceId:UInt32}
        and person_id in (arrayFilter((former, today) -> intHash32(former) % 64 <> 0 and intHash32(today) % 64 = 0, {former:Array(UInt32)}, {today:Array(UInt32)}))
      settings ${typing}`,
    params: { workspaceId, former: merged.map(({ aliasId }) => aliasId), today: merged.map(({ personId }) => personId) },
  })
}
