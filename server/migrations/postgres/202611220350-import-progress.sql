-- What a restart needs to go on with an import, beside the byte offset.
alter table imports
  add column has_header boolean not null default true,
  -- reading: rows go from the file to the inbox (orders: to their lines); building: lines become orders; draining: the inbox takes the rest.
  add column phase text not null default 'reading' check (phase in ('reading', 'building', 'draining')),
  -- Line of the file the next row starts on; a quoted value may span lines, so this is not the number of rows.
  add column next_line bigint not null default 1,
  -- Last order number that was built.
  add column built_through text;
create index imports_at_work on imports (id) where state in ('running', 'cancelling');

-- Rows of the inbox by where they came from: an import is finished when none of its own is left.
create index inbox_by_origin on inbox (origin_id) where origin_id is not null;

-- People an import named: tells a repeated row from a new one, and opens the people behind the numbers of an import.
create table import_people (
  import_id uuid not null references imports (id) on delete cascade,
  workspace_id integer not null,
  person_id bigint not null,
  primary key (import_id, person_id)
);

-- Lines of orders until the whole file is read, as a file is not sorted by order. Unlogged: the file is still there to read again.
create unlogged table import_order_lines (
  import_id uuid not null,
  workspace_id integer not null,
  line bigint not null,
  order_id text collate "C" not null,
  time_ms bigint not null,
  amount_fen bigint not null,
  -- Identities of the buyer, sealed: they may be a phone or an e-mail address.
  sealed_identities bytea not null,
  properties jsonb not null
);
create index import_order_lines_by_order on import_order_lines (import_id, order_id, line);
