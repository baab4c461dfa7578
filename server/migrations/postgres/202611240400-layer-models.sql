-- Models of every kind; `settings` is the definition without its kind. Models that are there keep their id, their settings and their run.
alter table layer_models drop constraint layer_models_kind_check;
alter table layer_models add constraint layer_models_kind_check check (kind in ('rfm', 'lifecycle', 'rules', 'thresholds', 'quantiles', 'scores'));
alter table layer_models
  -- Labels, goals, actions, scripts, owners by name of layer.
  add column playbook jsonb not null default '{}',
  -- Whether a change of layer becomes an event of the person.
  add column announces boolean not null default false,
  add column changed_at timestamptz,
  -- Cut points of the run that is shown, one list for each measure.
  add column cuts jsonb not null default '[]',
  -- What the data was like when the run that is shown began; another watermark means that the model is due.
  add column watermark text,
  -- The day of the run that is shown, in the workspace’s zone.
  add column run_day date,
  add column created_at timestamptz not null default now();

-- How many people each layer had at the end of a day, for ever; who they were is in the warehouse as long as `sets_until` says.
create table layer_days (
  workspace_id integer not null references workspaces (id),
  model_id uuid not null references layer_models (id) on delete cascade,
  day date not null,
  counts jsonb not null,
  sets_until date,
  primary key (model_id, day)
);

-- Changes between two runs that are still to be told as events. A row goes when all are told.
create table layer_announcements (
  workspace_id integer not null references workspaces (id),
  model_id uuid not null references layer_models (id) on delete cascade,
  run bigint not null,
  previous_run bigint not null,
  at timestamptz not null,
  -- People up to this id have their events.
  told_through bigint not null default 0,
  primary key (model_id, run)
);
