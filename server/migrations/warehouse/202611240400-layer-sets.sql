-- The measure or mean score that put a person into a layer.
alter table layer_assignments add column if not exists value Nullable(Float64);

-- Who was in which layer at the end of a day, one bitmap a layer. Every row is a granule of its own.
create table if not exists layer_sets (
  workspace_id UInt32,
  model_id UUID,
  day Date,
  layer LowCardinality(String),
  people AggregateFunction(groupBitmap, UInt32),
  until Date
)
engine = ReplacingMergeTree
order by (workspace_id, model_id, day, layer)
ttl until + interval 1 day
settings non_replicated_deduplication_window = 1000, index_granularity = 1, fsync_after_insert = 1, fsync_part_directory = 1;
