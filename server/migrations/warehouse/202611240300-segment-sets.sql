-- The people of segments, one bitmap for each set that was ever shown and is not swept yet; PostgreSQL says which one is. A row is up to a
-- megabyte, so every row is a granule of its own.
create table if not exists segment_sets (
  workspace_id UInt32,
  segment_id UUID,
  run UInt64,
  people AggregateFunction(groupBitmap, UInt32)
)
engine = MergeTree
order by (workspace_id, segment_id, run)
settings non_replicated_deduplication_window = 1000, index_granularity = 1, fsync_after_insert = 1, fsync_part_directory = 1;

-- Conditions that segments share, read once for all of them during a refresh.
create table if not exists segment_leaves (
  workspace_id UInt32,
  run UInt64,
  leaf UInt32,
  people AggregateFunction(groupBitmap, UInt32),
  written_at DateTime('UTC') default now()
)
engine = MergeTree
order by (workspace_id, run, leaf)
ttl written_at + interval 1 day
settings non_replicated_deduplication_window = 1000, index_granularity = 1;

-- The difference of a set to the one before, whoever came or went. Any earlier set is today's, exclusive-or all differences since.
create table if not exists segment_moves (
  workspace_id UInt32,
  segment_id UUID,
  at DateTime64(3, 'UTC'),
  run UInt64,
  people AggregateFunction(groupBitmap, UInt32)
)
engine = MergeTree
order by (workspace_id, segment_id, at)
ttl toDateTime(at) + interval 400 day
settings non_replicated_deduplication_window = 10000, index_granularity = 16, fsync_after_insert = 1, fsync_part_directory = 1;

-- About whom something came in, by minute of arrival and by what it was: for refreshing only them.
create table if not exists person_changes (
  workspace_id UInt32,
  minute DateTime('UTC'),
  subject LowCardinality(String),
  people AggregateFunction(groupBitmap, UInt32)
)
engine = AggregatingMergeTree
partition by toDate(minute)
order by (workspace_id, minute, subject)
ttl minute + interval 3 day
settings non_replicated_deduplication_window = 10000;

create materialized view if not exists person_changes_by_events to person_changes as
select workspace_id, toStartOfMinute(now('UTC')) as minute, concat('event ', event) as subject, groupBitmapState(person_id) as people
from events group by workspace_id, minute, subject;

create materialized view if not exists person_changes_by_people to person_changes as
select workspace_id, toStartOfMinute(now('UTC')) as minute, 'person' as subject, groupBitmapState(person_id) as people
from people group by workspace_id, minute;

create materialized view if not exists person_changes_by_tags to person_changes as
select workspace_id, toStartOfMinute(now('UTC')) as minute, 'tag' as subject, groupBitmapState(person_id) as people
from person_tags group by workspace_id, minute;

create materialized view if not exists person_changes_by_aliases to person_changes as
select workspace_id, toStartOfMinute(now('UTC')) as minute, 'alias' as subject, groupBitmapState(arrayJoin([alias_id, person_id])) as people
from person_aliases group by workspace_id, minute;
