alter table sources drop constraint sources_kind_check;
alter table sources
  add constraint sources_kind_check check (kind in ('http', 'sensors', 'connector', 'import', 'provider')),
  -- Messages a second and in any 24 hours; null for no limit of its own.
  add column rate_per_second integer check (rate_per_second > 0),
  add column events_per_day bigint check (events_per_day > 0),
  -- While somebody looks at its messages, more of them are kept.
  add column watched_until timestamptz;

-- Write keys: several may be good at the same time, so that a sender can be moved from one to the next without a gap.
create table source_keys (
  id uuid primary key default uuidv7(),
  workspace_id integer not null references workspaces (id),
  source_id uuid not null references sources (id) on delete cascade,
  name text not null default '',
  key_hash bytea not null unique,
  hint text not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  -- Replaced by another one: good until then.
  expires_at timestamptz,
  revoked_at timestamptz
);
create index source_keys_by_source on source_keys (source_id, created_at);
insert into source_keys (workspace_id, source_id, key_hash, hint, created_at)
select workspace_id, id, write_key_hash, coalesce(write_key_hint, ''), created_at from sources where write_key_hash is not null;
alter table sources drop column write_key_hash, drop column write_key_hint;

-- What became of what a source sent, by hour. `taken` is counted at the door (for the limits), `accepted` and `duplicates` when both stores have it.
create table source_hours (
  workspace_id integer not null,
  source_id uuid not null,
  hour timestamptz not null,
  taken bigint not null default 0,
  accepted bigint not null default 0,
  duplicates bigint not null default 0,
  blocked bigint not null default 0,
  quarantined bigint not null default 0,
  refused bigint not null default 0,
  primary key (workspace_id, source_id, hour)
) with (fillfactor = 70);

-- Every kind of event that was ever seen, and what people said about it.
create table event_definitions (
  workspace_id integer not null,
  event text not null,
  label_zh text not null default '',
  label_en text not null default '',
  description text not null default '',
  state text not null default 'visible' check (state in ('visible', 'hidden', 'blocked')),
  -- What happens to an event without a required property or with a value of the wrong type.
  on_violation text not null default 'flag' check (on_violation in ('flag', 'quarantine')),
  violations bigint not null default 0,
  last_violation_at timestamptz,
  last_violation jsonb,
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  primary key (workspace_id, event)
);
insert into event_definitions (workspace_id, event, first_seen_at, last_seen_at)
select workspace_id, event, min(last_seen_at), max(last_seen_at) from event_properties group by workspace_id, event;

alter table event_properties drop constraint event_properties_type_check;
alter table event_properties
  add constraint event_properties_type_check check (type in ('text', 'number', 'boolean', 'date', 'list')),
  -- The type was said by a person and is expected; otherwise it is the one first seen.
  add column is_type_set boolean not null default false,
  add column is_required boolean not null default false,
  add column is_pii boolean not null default false,
  add column state text not null default 'visible' check (state in ('visible', 'hidden', 'blocked')),
  add column label_zh text not null default '',
  add column label_en text not null default '',
  add column description text not null default '',
  add column unit text not null default '',
  add column first_seen_at timestamptz not null default now();
update event_properties set first_seen_at = last_seen_at;

-- Which source sent which event, with which properties (an empty property is the event itself).
create table source_events (
  workspace_id integer not null,
  source_id uuid not null,
  event text not null,
  property text not null default '',
  count bigint not null default 0,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  primary key (workspace_id, source_id, event, property)
) with (fillfactor = 70);

-- Names past the limit: of events (event is empty), or of the properties of an event. Counted, with a few examples, and not listed.
create table schema_overflows (
  workspace_id integer not null,
  event text not null default '',
  count bigint not null default 0,
  examples text[] not null default '{}',
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (workspace_id, event)
);

-- What does not fit: kept aside with the reason until somebody sends it in again or discards it.
create table quarantine (
  id uuid primary key default uuidv7(),
  workspace_id integer not null,
  source_id uuid,
  origin_id uuid,
  -- How the body is read: 'item' is an incoming item as the inbox holds it, otherwise a message as that wire format sent it.
  form text not null,
  reason text not null check (reason in ('invalid', 'schema', 'tooManyNames')),
  problem jsonb not null,
  event text,
  group_key uuid not null,
  -- The key of the item, so that the same message sent twice is here once.
  key uuid not null,
  received_at timestamptz not null,
  body bytea not null,
  unique (workspace_id, key)
);
create index quarantine_by_group on quarantine (workspace_id, group_key, id desc);
create index quarantine_by_time on quarantine (received_at);

-- The last messages of a source for whoever connects it; nothing depends on them, so they may be lost with a crash.
create unlogged table source_messages (
  id uuid primary key,
  sequence bigint generated always as identity,
  workspace_id integer not null,
  source_id uuid not null,
  received_at timestamptz not null,
  type text not null,
  event text,
  state text not null check (state in ('taken', 'accepted', 'duplicate', 'flagged', 'blocked', 'quarantined', 'refused', 'failed')),
  problems jsonb not null default '[]',
  person_id bigint,
  settled_at timestamptz,
  sealed_message bytea not null
);
create index source_messages_by_source on source_messages (workspace_id, source_id, sequence desc);

alter table inbox
  -- Names a row that was set aside, where rows of the inbox and of the quarantine stand in one list.
  add column failed_id uuid;
update inbox set failed_id = uuidv7() where failed_at is not null;
create index inbox_failed on inbox (workspace_id, failed_id) where failed_at is not null;

alter table inbox_chunks
  -- Since when a store that it needs is away.
  add column away_since timestamptz;

-- How long items waited until both stores had them, by minute, in steps of half powers of two of a second.
create table inbox_lags (
  workspace_id integer not null,
  minute timestamptz not null,
  kind text not null,
  step smallint not null,
  items bigint not null,
  primary key (workspace_id, minute, kind, step)
);
