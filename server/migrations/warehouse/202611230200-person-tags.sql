-- Mirror of who has which tag: the row with the highest version holds. Ordered by tag, so that one tag's people are one range.
create table if not exists person_tags (
  workspace_id UInt32,
  tag_id UUID,
  person_id UInt32,
  value String,
  set_at DateTime64(3, 'UTC'),
  expires_at Nullable(DateTime64(3, 'UTC')),
  version UInt64,
  is_deleted UInt8 default 0
)
engine = ReplacingMergeTree(version, is_deleted)
order by (workspace_id, tag_id, person_id, value)
settings non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
