-- People that became part of another person: their row as it was, so that readers of `people` need no filter and an undo has it back.
create table merged_people (
  id bigint primary key,
  workspace_id integer not null references workspaces (id),
  merge_id bigint not null,
  row jsonb not null
);

-- One person became part of another. `kept_changes`: what it changed in the kept person's row, before and after, attribute by attribute.
create table person_merges (
  id bigint generated always as identity primary key,
  workspace_id integer not null references workspaces (id),
  kept_id bigint not null,
  merged_id bigint not null,
  reason text not null check (reason in ('linked', 'alias', 'manual', 'conflict', 'suggestion')),
  -- The namespace whose identity joined them, when one did.
  namespace text,
  decided_by uuid references users (id) on delete set null,
  merged_at timestamptz not null,
  undone_by uuid references users (id) on delete set null,
  undone_at timestamptz,
  kept_changes jsonb not null
);
create index person_merges_by_workspace on person_merges (workspace_id, id desc);
create index person_merges_by_kept on person_merges (workspace_id, kept_id, id desc);
create index person_merges_by_merged on person_merges (workspace_id, merged_id, id desc);

-- What a merge moved: a row's key, or the whole row of tables with one row per person. `side`: the merged person's row that went over, one
-- that did not (`lost`: the kept person's in its place is better), or the kept person's that made room.
create table merge_moves (
  merge_id bigint not null references person_merges (id) on delete cascade,
  table_name text not null,
  row_key text not null,
  side text not null check (side in ('kept', 'merged', 'lost')),
  row jsonb,
  primary key (merge_id, table_name, side, row_key)
);
-- Which merges brought an identity.
create index merge_moves_of_identities on merge_moves (row_key) where table_name = 'identities';

-- Former ids of people, each pointing straight at the person of today; one that points at itself was given back its own life.
-- Rows whose version the warehouse has not got yet are what the mirror still owes.
create sequence person_alias_versions;
create table person_aliases (
  alias_id bigint primary key,
  workspace_id integer not null references workspaces (id),
  person_id bigint not null,
  version bigint not null default nextval('person_alias_versions'),
  mirrored_version bigint not null default 0
);
create index person_aliases_by_person on person_aliases (workspace_id, person_id);
create index person_aliases_unmirrored on person_aliases (workspace_id, alias_id) where mirrored_version < version;

-- Decided for good: these two are different people. Nothing joins or suggests them again. `merge_id`: it came to them by that merge.
create table person_distinctions (
  workspace_id integer not null references workspaces (id),
  low_id bigint not null,
  high_id bigint not null,
  decided_by uuid references users (id) on delete set null,
  decided_at timestamptz not null,
  merge_id bigint references person_merges (id) on delete cascade,
  primary key (workspace_id, low_id, high_id),
  check (low_id < high_id)
);
create index person_distinctions_by_high on person_distinctions (workspace_id, high_id);

-- The queue: an identity two people lay claim to, which no rule may decide. `limit_namespace`: the namespace whose limit a merge would break.
alter table identity_conflicts
  add column state text not null default 'open' check (state in ('open', 'decided')),
  add column decision text check (decision in ('same', 'different', 'other', 'shared')),
  add column limit_namespace text,
  add column decided_by uuid references users (id) on delete set null,
  add column decided_at timestamptz,
  -- The merge that settled it; an undo opens it again.
  add column merge_id bigint references person_merges (id) on delete set null;
create index identity_conflicts_open on identity_conflicts (workspace_id, state, id desc);
create index identity_conflicts_by_kept on identity_conflicts (workspace_id, kept_person_id);
create index identity_conflicts_by_other on identity_conflicts (workspace_id, other_person_id);

-- Two people who look alike by name, address or birth date: a person decides, never the program.
create table merge_suggestions (
  id bigint generated always as identity primary key,
  workspace_id integer not null references workspaces (id),
  low_id bigint not null,
  high_id bigint not null,
  score real not null,
  -- How each field compared, and what it weighed.
  comparisons jsonb not null,
  state text not null default 'open' check (state in ('open', 'merged', 'dismissed')),
  found_at timestamptz not null,
  decided_by uuid references users (id) on delete set null,
  decided_at timestamptz,
  merge_id bigint references person_merges (id) on delete set null,
  unique (workspace_id, low_id, high_id),
  check (low_id < high_id)
);
create index merge_suggestions_by_score on merge_suggestions (workspace_id, state, score desc, id desc);
create index merge_suggestions_by_high on merge_suggestions (workspace_id, high_id);

-- How a workspace looks for duplicates, and how far the search is.
create table merge_suggestion_searches (
  workspace_id integer primary key references workspaces (id),
  settings jsonb not null default '{}',
  -- People changed after this instant are compared by the next search.
  compared_until timestamptz,
  -- A search under way: where it stands.
  started_at timestamptz,
  next_person_id bigint not null default 0,
  people_compared bigint not null default 0,
  pairs_found bigint not null default 0,
  finished_at timestamptz,
  error text
);
