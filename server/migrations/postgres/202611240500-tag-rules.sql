-- What gives and takes a tag by itself: a rule, a preference computed for everyone, or feedback from campaigns. One for a tag.
create table tag_rules (
  id uuid primary key default uuidv7(),
  workspace_id integer not null references workspaces (id),
  tag_id uuid not null references tags (id),
  source text not null check (source in ('rule', 'preference', 'feedback')),
  -- Which of the built-in ones it is.
  preset text,
  -- Of value and rule, the first that holds; empty for a preference.
  cases jsonb not null default '[]',
  settings jsonb,
  leaving text not null check (leaving in ('take', 'stay')),
  is_live boolean not null default false,
  refresh_minutes integer not null,
  paused_at timestamptz,
  -- Null while it is paused.
  next_run_at timestamptz,
  next_cause text not null default 'schedule' check (next_cause in ('schedule', 'asked', 'saved')),
  -- Changes with every save: a run of an older rule gives nothing any more.
  revision integer not null default 1,
  live_at timestamptz,
  live_given bigint not null default 0,
  live_taken bigint not null default 0,
  created_by uuid references users (id) on delete set null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (workspace_id, tag_id)
);
create unique index tag_rules_by_preset on tag_rules (workspace_id, preset) where preset is not null;
create index tag_rules_due on tag_rules (next_run_at) where next_run_at is not null;
create index tag_rules_live on tag_rules (workspace_id) where is_live and paused_at is null;

create table tag_rule_runs (
  id uuid primary key default uuidv7(),
  workspace_id integer not null references workspaces (id),
  tag_rule_id uuid not null references tag_rules (id) on delete cascade,
  cause text not null check (cause in ('schedule', 'asked', 'saved')),
  state text not null check (state in ('running', 'finished', 'failed')),
  people bigint,
  given bigint not null default 0,
  taken bigint not null default 0,
  error_zh text,
  error_en text,
  started_at timestamptz not null,
  finished_at timestamptz,
  took_ms integer
);
create index tag_rule_runs_by_rule on tag_rule_runs (tag_rule_id, id desc);

-- How many people had a tag at the end of a day of the workspace's zone; today's is what was last counted.
create table tag_days (
  workspace_id integer not null,
  tag_id uuid not null references tags (id),
  day date not null,
  people bigint not null,
  primary key (workspace_id, tag_id, day)
);
-- Who has a tag from its rule: what the rule may take away.
create index person_tags_by_rule on person_tags (workspace_id, tag_id, person_id) where source = 'rule';
