alter table attributes
  -- What a number or a text means: money is yuan, a percentage is a share of 1, a region is a Chinese province, city or district.
  add column format text check (format in ('money', 'percent', 'region')),
  add column unit text not null default '',
  -- Personal data: shown masked everywhere, whole only to whoever may reveal.
  add column is_pii boolean not null default false,
  -- The values offered, in the order shown; none means any.
  add column options text[] not null default '{}',
  add column description text not null default '',
  -- Whether a person's page shows it before all attributes are asked for.
  add column visible boolean not null default true,
  -- Hidden from pickers; values stay and go on coming in.
  add column retired_at timestamptz,
  -- By a person; null for what came with data.
  add column defined_at timestamptz;

-- Values of an attribute made into another type, in pages by person; those that do not fit stay as they are.
create table attribute_conversions (
  id uuid primary key default uuidv7(),
  workspace_id integer not null references workspaces (id),
  key text not null,
  to_type text not null,
  state text not null default 'running' check (state in ('running', 'finished')),
  after_person_id bigint not null default 0,
  people_done bigint not null default 0,
  converted bigint not null default 0,
  misfits bigint not null default 0,
  -- A first pass at once; a last one when nobody writes the old type any more.
  passes integer not null default 0,
  created_at timestamptz not null,
  finished_at timestamptz
);
create index attribute_conversions_at_work on attribute_conversions (id) where state = 'running';
create index attribute_conversions_by_key on attribute_conversions (workspace_id, key, id desc);

-- The inventory of a workspace's data as last computed, and how far a new one has come.
create table inventories (
  workspace_id integer primary key references workspaces (id),
  state text not null check (state in ('waiting', 'running', 'finished', 'failed')),
  is_exact boolean not null default false,
  fields_done integer not null default 0,
  fields_total integer not null default 0,
  asked_at timestamptz not null,
  started_at timestamptz,
  leased_until timestamptz,
  error text,
  -- What was found, whole, once it is computed: see contracts/catalogue.ts.
  computed_at timestamptz,
  took_seconds real,
  content jsonb
);
create index inventories_to_compute on inventories (asked_at) where state in ('waiting', 'running');
