-- Everybody's place in the ranking of a model, one run at a time: PostgreSQL says which one is shown. Scores are log odds in billionths, whole
-- numbers so that no sum depends on the order of its parts. Roles: 0 outside of the seed, 1 held out, 2 of the seed, 3 outside and trained on.
create table if not exists lookalike_scores (
  workspace_id UInt32,
  lookalike_id UUID,
  run UInt64,
  score Int64,
  person_id UInt32,
  role UInt8
)
engine = MergeTree
partition by (workspace_id, lookalike_id, run)
order by (score, person_id)
settings non_replicated_deduplication_window = 1000;

-- Whom a model is fitted to, while it is.
create table if not exists lookalike_samples (
  workspace_id UInt32,
  run UInt64,
  person_id UInt32,
  is_seed UInt8,
  written_at DateTime('UTC') default now()
)
engine = MergeTree
order by (workspace_id, run, person_id)
ttl written_at + interval 1 day
settings non_replicated_deduplication_window = 1000;
