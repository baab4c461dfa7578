alter table layer_models
  -- The model that people are shown by; without any it is RFM, else the oldest.
  add column is_main boolean not null default false,
  -- When the data was last compared with what the run that is shown was made of, and found to be the same.
  add column checked_at timestamptz,
  -- What a computation is at, and its sign of life.
  add column computing_step text,
  add column computing_seen_at timestamptz,
  -- The last computation, where it failed: when, how many in a row, and why in both languages.
  add column failed_at timestamptz,
  add column failures integer not null default 0,
  add column failure jsonb,
  -- Another mark means that somebody is in another layer: for models whose rules name this one.
  add column result_mark text;
create unique index layer_models_main on layer_models (workspace_id) where is_main;
