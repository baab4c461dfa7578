-- A dynamic segment's people follow its rule; a static one's are a list that was taken once. Either has its people as one bitmap in the
-- warehouse, `segment_sets` under `set_run`; a new one becomes visible by one update here.
alter table segments
  add column kind text not null default 'dynamic' check (kind in ('dynamic', 'static')),
  -- What a static segment was taken from.
  add column origin jsonb,
  add column set_run bigint,
  -- The moment that the rule was read at, by the product's clock; and up to when changes had been seen, by the warehouse's.
  add column set_as_of timestamptz,
  add column set_seen_at timestamptz,
  -- Of the rule with all that it refers to: another one means that the set says nothing about the rule any more.
  add column set_fingerprint text,
  add column took_ms double precision,
  add column rows_read bigint,
  add column paused_at timestamptz,
  -- Whether entering and leaving are events of the people.
  add column announces boolean not null default false,
  -- Why the segment cannot be read: {kind, zh, en, at}.
  add column problem jsonb;

-- What was last done for a workspace's segments, who is at it, and when it is due again.
create table segment_refreshes (
  workspace_id integer primary key references workspaces (id),
  running_since timestamptz,
  mode text check (mode in ('full', 'incremental')),
  finished_at timestamptz,
  took_ms double precision,
  segments integer not null default 0,
  people_changed bigint,
  next_at timestamptz
);

-- Sets that took the place of another one: the size history, and what is still to be told to the world.
create table segment_runs (
  workspace_id integer not null references workspaces (id),
  segment_id uuid not null references segments (id) on delete cascade,
  run bigint not null,
  previous_run bigint,
  at timestamptz not null,
  cause text not null check (cause in ('refresh', 'rule', 'hand')),
  count bigint not null,
  entered bigint not null,
  "left" bigint not null,
  -- Null while the difference of the two sets has not been written down and, where people are to be told, announced.
  settled_at timestamptz,
  announces boolean not null default false,
  -- People up to this id have their events.
  announced_through bigint not null default 0,
  primary key (segment_id, run)
);
create index segment_runs_unsettled on segment_runs (workspace_id, run) where settled_at is null;
create index segment_runs_at on segment_runs (segment_id, at);
