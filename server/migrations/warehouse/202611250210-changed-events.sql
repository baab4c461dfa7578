-- Events of the people whom a refresh of segments reads anew, with what most conditions ask of an event: looked up once, so that not every condition
-- looks through everybody's events. Dropped when the refresh ends, or a day after it died.
create table if not exists changed_events (
  workspace_id UInt32,
  refresh UInt64,
  event LowCardinality(String),
  person_id UInt32,
  time DateTime64(3, 'UTC'),
  amount_fen Nullable(Int64),
  written_at DateTime('UTC') default now()
)
engine = MergeTree
partition by (workspace_id, refresh)
order by (event, person_id, time)
ttl written_at + interval 1 day
settings non_replicated_deduplication_window = 1000;
