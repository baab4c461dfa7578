-- Every event for ever. Ordered so that "who did X" reads one event's rows, grouped by person. Every table that is written under a
-- deduplication token keeps a window of tokens.
create table if not exists events (
  workspace_id UInt32,
  event LowCardinality(String),
  person_id UInt32,
  time DateTime64(3, 'UTC'),
  event_id UUID,
  source_id UUID,
  amount_fen Nullable(Int64),
  properties JSON(max_dynamic_paths = 128),
  received_at DateTime64(3, 'UTC')
)
engine = MergeTree
partition by toYYYYMM(time)
order by (workspace_id, event, person_id, time)
settings non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;

-- The same events by person, for one person's timeline: a page costs some 4 ms of CPU, without this copy 20 to 100 (measured, see
-- server/src/platform/warehouse/README.md). By year, for a batch of an imported history is one part per partition; small granules, for
-- a page is a few rows.
create table if not exists events_by_person (
  workspace_id UInt32,
  person_id UInt32,
  time DateTime64(3, 'UTC'),
  event_id UUID,
  event LowCardinality(String),
  source_id UUID,
  amount_fen Nullable(Int64),
  properties String
)
engine = MergeTree
partition by toYear(time)
order by (workspace_id, person_id, time)
settings non_replicated_deduplication_window = 10000, index_granularity = 1024;

create materialized view if not exists events_by_person_feed to events_by_person as
select workspace_id, person_id, time, event_id, event, source_id, amount_fen, toJSONString(properties) as properties from events;

-- Mirror of people: the copy with the highest version is the person.
create table if not exists people (
  workspace_id UInt32,
  person_id UInt32,
  attributes JSON(max_dynamic_paths = 128),
  has_phone UInt8,
  has_email UInt8,
  created_at DateTime64(3, 'UTC'),
  version UInt64,
  is_deleted UInt8 default 0
)
engine = ReplacingMergeTree(version, is_deleted)
order by (workspace_id, person_id)
settings non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;

-- Who was contacted, or held back by chance, by which campaign, and when: fed by the message events.
create table if not exists campaign_contacts (
  workspace_id UInt32,
  campaign_id UUID,
  person_id UInt32,
  arm Enum8('treated' = 1, 'control' = 2),
  contacted_at DateTime64(3, 'UTC')
)
engine = ReplacingMergeTree
order by (workspace_id, campaign_id, person_id)
settings non_replicated_deduplication_window = 10000;

create materialized view if not exists campaign_contacts_feed to campaign_contacts as
select workspace_id, toUUIDOrZero(ifNull(properties.campaignId::Nullable(String), '')) as campaign_id, person_id,
  if(event = 'Control Assigned', 'control', 'treated') as arm, time as contacted_at
from events
where event in ('Message Accepted', 'Control Assigned');

-- Scores and layers of everyone, one run at a time; PostgreSQL says which run is current.
create table if not exists layer_assignments (
  workspace_id UInt32,
  model_id UUID,
  run UInt64,
  person_id UInt32,
  layer LowCardinality(String),
  recency_score UInt8,
  frequency_score UInt8,
  money_score UInt8,
  -- What the scores were made of: orders and their money in the model's window; days since the last one, null for none.
  orders UInt32,
  amount_fen Int64,
  recency_days Nullable(UInt16)
)
engine = MergeTree
partition by (workspace_id, model_id, run)
order by (layer, person_id)
settings non_replicated_deduplication_window = 1000;
