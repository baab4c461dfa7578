create table sources (
  id uuid primary key default uuidv7(),
  workspace_id integer not null references workspaces (id),
  name text not null,
  kind text not null check (kind in ('http', 'import', 'provider')),
  write_key_hash bytea unique,
  write_key_hint text,
  created_at timestamptz not null default now(),
  disabled_at timestamptz,
  last_event_at timestamptz,
  events_accepted bigint not null default 0
);
create index sources_by_workspace on sources (workspace_id, created_at);

-- A chunk is a fixed set of inbox rows that goes to the warehouse under one deduplication token, so that a retry after any
-- crash lands exactly once. claimed → resolved (people written, in one transaction) → gone (events in the warehouse).
create table inbox_chunks (
  id bigint generated always as identity primary key,
  workspace_id integer not null,
  kind text not null,
  state text not null default 'claimed' check (state in ('claimed', 'resolved')),
  leased_until timestamptz not null,
  lease_owner text not null,
  attempts integer not null default 1,
  created_at timestamptz not null default now()
);
create index inbox_chunks_by_lease on inbox_chunks (leased_until);

-- The durable inbox: whatever comes in is here, committed, before it is acknowledged.
create table inbox (
  id bigint generated always as identity primary key,
  workspace_id integer not null,
  kind text not null check (kind in ('tracking', 'import', 'message', 'callback')),
  source_id uuid,
  -- Where the rows came from: import id, channel account id.
  origin_id uuid,
  received_at timestamptz not null default now(),
  item_count integer not null,
  body bytea not null,
  chunk_id bigint references inbox_chunks (id),
  failed_at timestamptz,
  error text
);
create index inbox_waiting on inbox (workspace_id, kind, id) where chunk_id is null and failed_at is null;
create index inbox_by_chunk on inbox (chunk_id) where chunk_id is not null;

-- Message ids seen, so that a repeated event is dropped. `chunk_id` owns the key: a retried chunk finds its own keys again.
create table event_keys (
  workspace_id integer not null,
  key uuid not null,
  chunk_id bigint not null,
  seen_on date not null default current_date,
  primary key (workspace_id, key)
);
create index event_keys_by_day on event_keys using brin (seen_on);

create table event_properties (
  workspace_id integer not null,
  event text not null,
  property text not null,
  type text not null check (type in ('text', 'number', 'boolean', 'date')),
  last_seen_at timestamptz not null default now(),
  primary key (workspace_id, event, property)
);

create table imports (
  id uuid primary key default uuidv7(),
  workspace_id integer not null references workspaces (id),
  file_name text not null,
  file_path text not null,
  bytes bigint not null,
  state text not null default 'uploaded' check (state in ('uploaded', 'running', 'cancelling', 'cancelled', 'finished', 'failed')),
  target text,
  mapping jsonb,
  options jsonb not null default '{}',
  encoding text not null,
  delimiter text not null,
  columns jsonb not null,
  estimated_rows bigint not null default 0,
  -- Where a restart goes on: all rows before this byte are in the inbox, in the same transaction as this number.
  bytes_read bigint not null default 0,
  rows_read bigint not null default 0,
  rows_good bigint not null default 0,
  rows_bad bigint not null default 0,
  rows_duplicate bigint not null default 0,
  people_new bigint not null default 0,
  people_known bigint not null default 0,
  items_waiting bigint not null default 0,
  error_zh text,
  error_en text,
  created_by uuid,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz
);
create index imports_by_workspace on imports (workspace_id, id desc);

create table import_bad_rows (
  import_id uuid not null references imports (id) on delete cascade,
  workspace_id integer not null,
  row_number bigint not null,
  problems jsonb not null,
  -- The row as read, sealed: it may hold phones and e-mail addresses.
  sealed_values bytea not null,
  primary key (import_id, row_number)
);
