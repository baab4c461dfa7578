-- Mirror of what people last said: the row with the highest version holds. Ordered by channel, so that one state's people are one range.
create table if not exists person_consents (
  workspace_id UInt32,
  channel LowCardinality(String),
  purpose LowCardinality(String),
  person_id UInt32,
  state LowCardinality(String),
  version UInt64,
  is_deleted UInt8 default 0
)
engine = ReplacingMergeTree(version, is_deleted)
order by (workspace_id, channel, purpose, person_id)
settings non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
