create table connectors (
  id uuid primary key default uuidv7(),
  workspace_id integer not null references workspaces (id),
  name text not null,
  kind text not null check (kind in ('webhook', 'httpPull', 'sqlPull', 'accessLog')),
  preset text,
  -- What it is, as the contract says it; never holds a secret.
  draft jsonb not null,
  -- Secrets by name, sealed as one.
  sealed_secrets bytea not null,
  -- The last characters of each secret.
  secret_hints jsonb not null default '{}',
  -- Of its public address; null for pulls.
  token_hash bytea unique,
  sealed_token bytea,
  source_id uuid not null references sources (id),
  disabled_at timestamptz,
  last_received_at timestamptz,
  last_error_zh text,
  last_error_en text,
  last_error_at timestamptz,
  items_taken bigint not null default 0,
  -- Where the next run of a pull starts, and fingerprints of the rows at its edge that were read already.
  cursor_value text,
  cursor_edge text[] not null default '{}',
  next_run_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (workspace_id, name)
);
create index connectors_by_workspace on connectors (workspace_id, id desc);
create index connectors_due on connectors (next_run_at) where next_run_at is not null and disabled_at is null;

-- Requests as they came, kept for a while so that they can be sent through a corrected mapping.
create table connector_deliveries (
  id bigint generated always as identity primary key,
  workspace_id integer not null,
  connector_id uuid not null references connectors (id) on delete cascade,
  received_at timestamptz not null,
  -- Made of the sender's own number of the delivery, else of the request: the same again is counted and not done.
  delivery_key uuid not null,
  outcome text not null check (outcome in ('taken', 'partial', 'failed', 'refused', 'ignored', 'challenge')),
  bytes integer not null,
  items integer not null default 0,
  repeats integer not null default 0,
  summary text not null default '',
  -- Where and why, without values.
  problems jsonb not null default '[]',
  replays integer not null default 0,
  replayed_at timestamptz,
  -- Headers, query and body, deflated and sealed.
  sealed_request bytea,
  unique (connector_id, delivery_key)
);
create index connector_deliveries_by_connector on connector_deliveries (workspace_id, connector_id, id desc);
create index connector_deliveries_by_time on connector_deliveries using brin (received_at);

-- The highest version seen of what a sender numbers; lower ones come too late.
create table connector_versions (
  workspace_id integer not null,
  connector_id uuid not null references connectors (id) on delete cascade,
  version_key uuid not null,
  version numeric(40, 6) not null,
  seen_on date not null default current_date,
  primary key (connector_id, version_key)
);
create index connector_versions_by_day on connector_versions using brin (seen_on);

create table connector_runs (
  id uuid primary key default uuidv7(),
  workspace_id integer not null,
  connector_id uuid not null references connectors (id) on delete cascade,
  state text not null default 'running' check (state in ('running', 'cancelling', 'finished', 'failed', 'cancelled')),
  trigger text not null check (trigger in ('schedule', 'manual', 'upload')),
  -- Who works on it; when the lease runs out, another process goes on from `position`.
  lease_owner text,
  leased_until timestamptz,
  -- HTTP: the next page, and the furthest cursor seen so far. In the same transaction as the rows before it went into the inbox.
  position jsonb,
  rows_read bigint not null default 0,
  items bigint not null default 0,
  skipped bigint not null default 0,
  problem_count bigint not null default 0,
  problems jsonb not null default '[]',
  error_zh text,
  error_en text,
  started_at timestamptz not null,
  finished_at timestamptz
);
create unique index connector_runs_in_hand on connector_runs (connector_id) where state in ('running', 'cancelling');
create index connector_runs_by_connector on connector_runs (workspace_id, connector_id, id desc);
