/**
 * What both adapters set for every statement, so that the same SQL means the same in process and on a server.
 * - Limits throw; none of them may break off a statement and answer what was read so far.
 * - `use_index_for_in_with_subqueries`: `in (subquery)` on a key column is 10 to 15 times slower with it.
 * - `mutations_sync`: `alter … delete` is done when it returns.
 */
export const baseSettings: Record<string, string | number> = {
  session_timezone: 'UTC',
  async_insert: 0,
  mutations_sync: 1,
  use_index_for_in_with_subqueries: 0,
  max_partitions_per_insert_block: 4000,
  timeout_overflow_mode: 'throw',
  read_overflow_mode: 'throw',
  result_overflow_mode: 'throw',
  group_by_overflow_mode: 'throw',
  sort_overflow_mode: 'throw',
  set_overflow_mode: 'throw',
  join_overflow_mode: 'throw',
  distinct_overflow_mode: 'throw',
  transfer_overflow_mode: 'throw',
  output_format_json_quote_64bit_integers: 0,
  output_format_json_quote_denormals: 0,
  date_time_output_format: 'simple',
}

/**
 * How rows are read.
 * - Unknown keys are errors.
 * - Text in JSON columns stays text, even when it looks like a date.
 * - `input_format_null_as_default`: without it a JSON column refuses `[null, []]` and its like, and one such object would hold its batch
 *   back for ever. The price: null for a column without nulls becomes the column's default.
 * - `type_json_skip_duplicated_paths`: `{"a.b": 1, "a": {"b": 2}}` names one path twice; the first is kept.
 */
export const rowSettings: Record<string, string | number> = {
  input_format_skip_unknown_fields: 0,
  input_format_null_as_default: 1,
  input_format_try_infer_dates: 0,
  input_format_try_infer_datetimes: 0,
  date_time_input_format: 'best_effort',
  type_json_skip_duplicated_paths: 1,
  // One block for a piece, see pieces.ts.
  min_insert_block_size_rows: 1_048_449,
  min_insert_block_size_bytes: 0,
  max_insert_threads: 1,
}

/** One block per statement and one token for it, carried on into the targets of materialized views. */
export function insertSettings(token: string | undefined): Record<string, string | number> {
  const deduplicate = token === undefined ? 0 : 1
  return {
    insert_deduplicate: deduplicate,
    deduplicate_blocks_in_dependent_materialized_views: deduplicate,
    insert_deduplication_token: token ?? '',
  }
}

/** A statement that groups or sorts more than half of what it may take goes on to the disk; 0 is no limit. */
export function memorySettings(bytesMax = 0): Record<string, number> {
  const spilledFrom = Math.floor(bytesMax / 2)
  return { max_memory_usage: bytesMax, max_bytes_before_external_group_by: spilledFrom, max_bytes_before_external_sort: spilledFrom }
}
