-- Workbooks are unpacked into a spool before they are looked at; the choice of sheet and header row.
alter table imports drop constraint imports_state_check;
alter table imports add constraint imports_state_check
  check (state in ('preparing', 'uploaded', 'running', 'cancelling', 'cancelled', 'finished', 'failed'));
alter table imports
  add column file_kind text not null default 'text' check (file_kind in ('text', 'xlsx')),
  -- The workbook itself, beside `file_path`, its sheet as text. Null for text.
  add column workbook_path text,
  add column sheets jsonb not null default '[]',
  add column sheet integer,
  -- Row of the file the names of the columns stand in, from 1; 0: there are none.
  add column header_line integer not null default 1,
  -- The first rows as they stand there, masked.
  add column head_lines jsonb not null default '[]',
  add column prepared_share real,
  add column leased_until timestamptz,
  add column rows_skipped bigint not null default 0,
  add column undo_state text check (undo_state in ('running', 'finished', 'failed')),
  add column undo_phase text,
  -- Last person (or page) of the phase that was taken back; everything before is done.
  add column undo_cursor bigint not null default 0,
  add column undo_planned jsonb,
  add column undo_done jsonb,
  add column undo_by jsonb,
  add column undo_error_zh text,
  add column undo_error_en text,
  add column undo_started_at timestamptz,
  add column undo_finished_at timestamptz;
update imports set header_line = 0 where not has_header;
alter table imports drop column has_header;
drop index imports_at_work;
create index imports_at_work on imports (id) where state in ('preparing', 'running', 'cancelling') or undo_state = 'running';

-- Whether the import made the person.
alter table import_people add column created boolean not null default false;
create index import_people_by_person on import_people (person_id);

-- What people who were there before had in place of what an import said about them: by key [value, time, source], null for what was not
-- there. The oldest answer of an import stays.
create table import_changes (
  import_id uuid not null references imports (id) on delete cascade,
  workspace_id integer not null,
  person_id bigint not null,
  attributes jsonb not null,
  primary key (import_id, person_id)
);

-- Identities an import gave to people who were there before.
create table import_identities (
  import_id uuid not null references imports (id) on delete cascade,
  workspace_id integer not null,
  person_id bigint not null,
  namespace text not null,
  key uuid not null,
  primary key (import_id, person_id, namespace, key)
);

-- Which import a row of the ledger came with; null for everything else.
alter table consents add column origin_id uuid;

create table import_mappings (
  id uuid primary key default uuidv7(),
  workspace_id integer not null references workspaces (id),
  name text not null,
  target text not null,
  -- Of the headers in order, without case, blanks and punctuation: the same file of next month has the same.
  fingerprint uuid not null,
  columns jsonb not null,
  options jsonb not null default '{}',
  created_by uuid,
  created_at timestamptz not null default now(),
  used_at timestamptz,
  unique (workspace_id, target, name)
);

create table import_dry_runs (
  import_id uuid primary key references imports (id) on delete cascade,
  workspace_id integer not null,
  state text not null check (state in ('running', 'cancelled', 'finished', 'failed')),
  setup jsonb not null,
  rows_max bigint,
  bytes_read bigint not null default 0,
  next_line bigint not null default 1,
  rows_read bigint not null default 0,
  is_whole boolean not null default false,
  counts jsonb not null default '{}',
  missing jsonb not null default '[]',
  problems jsonb not null default '[]',
  -- Examples hold values of the file, which may be phones and e-mail addresses.
  sealed_examples bytea,
  error_zh text,
  error_en text,
  started_at timestamptz not null,
  finished_at timestamptz
);
create index import_dry_runs_at_work on import_dry_runs (import_id) where state = 'running';

-- Keys a dry run has met: who has them, or minus the row of the file that brought them. Unlogged: the file is still there to read again.
create unlogged table import_dry_keys (
  import_id uuid not null,
  key uuid not null,
  person_id bigint not null,
  primary key (import_id, key)
);
