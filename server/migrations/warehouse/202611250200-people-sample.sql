-- One of 64 people, chosen by a hash of the id, with all that rules read of them: an estimate reads these instead of everybody. Rows come with the
-- insert that brings them to the whole table; events under former ids of people of the sample are brought by whoever mirrors a merge. There may be
-- more rows than the sample's, so readers choose by the hash of the person of today, and twice the same event, so that they read it `final`.
create table if not exists events_sample (
  workspace_id UInt32,
  event LowCardinality(String),
  person_id UInt32,
  time DateTime64(3, 'UTC'),
  event_id UUID,
  source_id UUID,
  amount_fen Nullable(Int64),
  properties JSON(max_dynamic_paths = 128)
)
engine = ReplacingMergeTree
order by (workspace_id, event, person_id, time, event_id)
settings non_replicated_deduplication_window = 10000;

create table if not exists people_sample (
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
settings non_replicated_deduplication_window = 10000;

create table if not exists person_tags_sample (
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
settings non_replicated_deduplication_window = 10000;

create table if not exists person_consents_sample (
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
settings non_replicated_deduplication_window = 10000;

-- What is there already. Nobody writes while migrations run, so this file may be run again from its start.
truncate table events_sample;
insert into events_sample
select workspace_id, event, person_id, time, event_id, source_id, amount_fen, properties from events
where intHash32(person_id) % 64 = 0
  or person_id in (select alias_id from person_aliases final where alias_id <> person_id and intHash32(person_id) % 64 = 0);

truncate table people_sample;
insert into people_sample (workspace_id, person_id, attributes, has_phone, has_email, created_at, version, is_deleted)
select workspace_id, person_id, attributes, has_phone, has_email, created_at, version, is_deleted from people where intHash32(person_id) % 64 = 0;

truncate table person_tags_sample;
insert into person_tags_sample (workspace_id, tag_id, person_id, value, set_at, expires_at, version, is_deleted)
select workspace_id, tag_id, person_id, value, set_at, expires_at, version, is_deleted from person_tags where intHash32(person_id) % 64 = 0;

truncate table person_consents_sample;
insert into person_consents_sample (workspace_id, channel, purpose, person_id, state, version, is_deleted)
select workspace_id, channel, purpose, person_id, state, version, is_deleted from person_consents where intHash32(person_id) % 64 = 0;

create materialized view if not exists events_sample_from_intake to events_sample as
select workspace_id, event, person_id, time, event_id, source_id, amount_fen, properties::JSON(max_dynamic_paths = 128) as properties
from event_intake where intHash32(person_id) % 64 = 0;

create materialized view if not exists people_sample_from_people to people_sample as
select workspace_id, person_id, attributes, has_phone, has_email, created_at, version, is_deleted from people where intHash32(person_id) % 64 = 0;

create materialized view if not exists person_tags_sample_from_tags to person_tags_sample as
select workspace_id, tag_id, person_id, value, set_at, expires_at, version, is_deleted from person_tags where intHash32(person_id) % 64 = 0;

create materialized view if not exists person_consents_sample_from_consents to person_consents_sample as
select workspace_id, channel, purpose, person_id, state, version, is_deleted from person_consents where intHash32(person_id) % 64 = 0;
