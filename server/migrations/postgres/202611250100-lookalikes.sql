-- Models of people like those of a segment; the ranking they come to is in the warehouse under `run`.
create table lookalikes (
  id uuid primary key default uuidv7(),
  workspace_id integer not null references workspaces (id),
  name text not null,
  -- The model stays when its seed goes.
  seed_segment_id uuid references segments (id) on delete set null,
  seed_name text not null,
  with_rule_features boolean not null default false,
  excluded text[] not null default '{}',
  state text not null default 'waiting' check (state in ('waiting', 'running', 'finished', 'failed', 'cancelled')),
  step text check (step in ('sample', 'features', 'fit', 'score', 'evaluate')),
  progress double precision not null default 0,
  -- Whoever works on it says so again and again; past this anybody may begin anew.
  leased_until timestamptz,
  attempts integer not null default 0,
  run bigint,
  result jsonb,
  -- Why there is none: {zh, en}.
  problem jsonb,
  created_by uuid references users (id) on delete set null,
  created_at timestamptz not null,
  finished_at timestamptz
);
create index lookalikes_workspace on lookalikes (workspace_id, id);
create index lookalikes_open on lookalikes (created_at) where state in ('waiting', 'running');
