create table tag_categories (
  id uuid primary key default uuidv7(),
  workspace_id integer not null references workspaces (id),
  parent_id uuid references tag_categories (id),
  -- Which of the proposed categories it is; their names may be changed.
  key text check (key in ('behaviour', 'interest', 'lifecycle', 'value', 'scenario')),
  name text not null,
  created_at timestamptz not null,
  unique nulls not distinct (workspace_id, parent_id, name)
);

create table tags (
  id uuid primary key default uuidv7(),
  workspace_id integer not null references workspaces (id),
  category_id uuid references tag_categories (id) on delete set null,
  name text not null,
  description text not null default '',
  kind text not null check (kind in ('flag', 'value')),
  -- The values allowed, in the order shown; none means any.
  values text[] not null default '{}',
  -- Whether one person may have several values.
  many boolean not null default true,
  colour text not null default 'blue',
  owner_id uuid references users (id) on delete set null,
  expires_after_days integer,
  -- Coverage as last counted; recounted when `count_due`.
  people bigint not null default 0,
  top_values jsonb not null default '[]',
  counted_at timestamptz,
  count_due boolean not null default true,
  retired_at timestamptz,
  -- A deleted tag keeps its row, for the history; one merged into another stands for that one.
  deleted_at timestamptz,
  merged_into uuid references tags (id),
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index tags_by_name on tags (workspace_id, lower(name)) where deleted_at is null;
create index tags_by_category on tags (category_id);
create index tags_to_count on tags (workspace_id) where count_due;

-- Who has which tag now. A flag has the empty value.
create table person_tags (
  workspace_id integer not null,
  tag_id uuid not null,
  person_id bigint not null,
  value text not null default '',
  set_at timestamptz not null,
  expires_at timestamptz,
  source text not null,
  -- The import, the change to many people, … it came with.
  origin_id uuid,
  set_by uuid,
  primary key (workspace_id, tag_id, person_id, value)
);
create index person_tags_by_person on person_tags (workspace_id, person_id);
create index person_tags_by_expiry on person_tags (expires_at) where expires_at is not null;

-- Every change of a tag of a person, for ever: the history that people read, the journal that an undo reads, and what the warehouse's
-- mirror is made of (the change with the highest id is how it stands).
create table person_tag_changes (
  id bigint generated always as identity primary key,
  workspace_id integer not null,
  tag_id uuid not null,
  person_id bigint not null,
  value text not null,
  -- `moved` and `left`: the tag came to, or went from, a person by a merge of people or its undo.
  change text not null check (change in ('set', 'removed', 'expired', 'moved', 'left')),
  at timestamptz not null,
  expires_at timestamptz,
  source text not null,
  origin_id uuid,
  set_by uuid,
  -- The row as it stood before (setAt, expiresAt, source, originId, setBy); null when there was none.
  previous jsonb
);
create index person_tag_changes_by_person on person_tag_changes (workspace_id, person_id, id desc);
create index person_tag_changes_by_tag on person_tag_changes (workspace_id, tag_id, id desc);
create index person_tag_changes_by_origin on person_tag_changes (workspace_id, origin_id, id) where origin_id is not null;

-- Ranges of changes that the warehouse has not seen: one row for each batch, written with it.
create table person_tag_batches (
  id bigint generated always as identity primary key,
  workspace_id integer not null,
  first_change_id bigint not null,
  last_change_id bigint not null
);

-- Tagging many people at once, merging and deleting tags: worked off in pages, each page one transaction.
create table tag_actions (
  id uuid primary key default uuidv7(),
  workspace_id integer not null references workspaces (id),
  tag_id uuid not null references tags (id),
  into_tag_id uuid references tags (id),
  kind text not null check (kind in ('add', 'remove', 'merge', 'delete')),
  value text not null default '',
  expires_at timestamptz,
  -- The people asked for, until they are found: `{kind, query|rule}`; null when they stood in the request.
  targets jsonb,
  -- While they are being found: nobody from this id on is looked at again.
  found_from bigint,
  state text not null check (state in ('collecting', 'running', 'finished', 'cancelled', 'failed', 'undoing', 'undone')),
  people_total bigint,
  people_done bigint not null default 0,
  people_changed bigint not null default 0,
  -- Up to which person it is done, and up to which change undone.
  done_to bigint not null default 0,
  undone_to bigint,
  error_zh text,
  error_en text,
  created_by uuid references users (id) on delete set null,
  created_by_name text,
  created_at timestamptz not null,
  finished_at timestamptz
);
create index tag_actions_by_workspace on tag_actions (workspace_id, id desc);
create index tag_actions_at_work on tag_actions (id) where state in ('collecting', 'running', 'undoing');

-- Whose tags change, until it is over.
create table tag_action_people (
  action_id uuid not null references tag_actions (id) on delete cascade,
  person_id bigint not null,
  primary key (action_id, person_id)
);
