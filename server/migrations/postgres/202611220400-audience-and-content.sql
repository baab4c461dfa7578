create table segments (
  id uuid primary key default uuidv7(),
  workspace_id integer not null references workspaces (id),
  name text not null,
  description text not null default '',
  rule jsonb not null,
  count bigint,
  counted_at timestamptz,
  created_by uuid references users (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (workspace_id, name)
);

create table layer_models (
  id uuid primary key default uuidv7(),
  workspace_id integer not null references workspaces (id),
  kind text not null check (kind in ('rfm')),
  name text not null,
  settings jsonb not null,
  -- The run in the warehouse that is shown; a new run becomes visible by this one update.
  current_run bigint,
  thresholds jsonb,
  layers jsonb not null default '[]',
  grid jsonb not null default '[]',
  computed_at timestamptz,
  computing_since timestamptz,
  unique (workspace_id, name)
);

create table templates (
  id uuid primary key default uuidv7(),
  workspace_id integer not null references workspaces (id),
  name text not null,
  channel text not null check (channel in ('sms')),
  category text not null check (category in ('marketing', 'notice')),
  signature text not null,
  body text not null,
  opt_out_text text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (workspace_id, name)
);
