-- Where events are written: kept nowhere itself, each row goes on to whatever hangs on it. Properties are text here, so that only `events` pays
-- for making typed columns of them and the copy by person takes the text as it is: half the CPU of feeding the copy from `events` (measured,
-- server/src/platform/warehouse/README.md). Exactly once: the token of a batch is carried into every target, and each keeps a window of them.
create table if not exists event_intake (
  workspace_id UInt32,
  event LowCardinality(String),
  person_id UInt32,
  time DateTime64(3, 'UTC'),
  event_id UUID,
  source_id UUID,
  amount_fen Nullable(Int64),
  -- A JSON object.
  properties String,
  received_at DateTime64(3, 'UTC')
)
engine = Null;

drop view if exists events_by_person_feed;
drop view if exists campaign_contacts_feed;

create materialized view if not exists events_from_intake to events as
select workspace_id, event, person_id, time, event_id, source_id, amount_fen, properties::JSON(max_dynamic_paths = 128) as properties, received_at
from event_intake;

create materialized view if not exists events_by_person_from_intake to events_by_person as
select workspace_id, person_id, time, event_id, event, source_id, amount_fen, properties from event_intake;

create materialized view if not exists campaign_contacts_from_intake to campaign_contacts as
select workspace_id, toUUIDOrZero(JSONExtractString(properties, 'campaignId')) as campaign_id, person_id,
  if(event = 'Control Assigned', 'control', 'treated') as arm, time as contacted_at
from event_intake
where event in ('Message Accepted', 'Control Assigned');

-- How often, by whom and between when an event happened, by its source: what would otherwise be read from the whole of `events`.
create table if not exists event_totals (
  workspace_id UInt32,
  event LowCardinality(String),
  source_id UUID,
  count SimpleAggregateFunction(sum, UInt64),
  people AggregateFunction(groupBitmap, UInt32),
  first_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
  last_at SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
engine = AggregatingMergeTree
order by (workspace_id, event, source_id)
settings non_replicated_deduplication_window = 10000, index_granularity = 16;

-- What is there already. Nobody writes while migrations run, so this file may be run again from its start.
truncate table event_totals;
insert into event_totals
select workspace_id, event, source_id, count(), groupBitmapState(person_id), min(time), max(time) from events group by workspace_id, event, source_id;

create materialized view if not exists event_totals_from_intake to event_totals as
select workspace_id, event, source_id, count() as count, groupBitmapState(person_id) as people, min(time) as first_at, max(time) as last_at
from event_intake group by workspace_id, event, source_id;
