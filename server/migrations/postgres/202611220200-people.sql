-- People of all workspaces. Ids are dense on purpose: sets of people are bitmaps in the warehouse.
create table people (
  id bigint generated always as identity primary key,
  workspace_id integer not null references workspaces (id),
  -- Non-PII attributes as one object; phone and e-mail live sealed beside it.
  attributes jsonb not null default '{}',
  -- When each attribute was last set, epoch milliseconds by key: an older value never overwrites a newer one.
  attribute_times jsonb not null default '{}',
  sealed_phone bytea,
  sealed_email bytea,
  phone_key uuid,
  email_key uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Grows with every change of the row; orders the copies in the warehouse.
  version bigint not null default 1
) with (fillfactor = 90);
create index people_by_workspace on people (workspace_id, id desc);

-- Every identifier belongs to one person. `key` is the blind index (HMAC of namespace and normalised value, 16 bytes);
-- `value` is readable for identifiers that are not PII and null for phone and e-mail.
create table identities (
  workspace_id integer not null,
  namespace text not null,
  key uuid not null,
  person_id bigint not null references people (id),
  value text,
  created_at timestamptz not null default now(),
  primary key (workspace_id, namespace, key)
);
create index identities_by_person on identities (person_id);

-- An item named identities of two people: the strongest identity won, this row remembers the other.
create table identity_conflicts (
  id bigint generated always as identity primary key,
  workspace_id integer not null references workspaces (id),
  namespace text not null,
  key uuid not null,
  kept_person_id bigint not null,
  other_person_id bigint not null,
  seen_at timestamptz not null default now(),
  unique (workspace_id, namespace, key, kept_person_id, other_person_id)
);

create table attributes (
  workspace_id integer not null references workspaces (id),
  key text not null,
  type text not null check (type in ('text', 'number', 'date', 'boolean')),
  label_zh text not null,
  label_en text not null,
  built_in boolean not null default false,
  last_seen_at timestamptz,
  primary key (workspace_id, key)
);

-- Ledger of consent, append-only; the newest row per (person, channel, purpose) holds.
create table consents (
  id bigint generated always as identity primary key,
  workspace_id integer not null,
  person_id bigint not null references people (id),
  channel text not null check (channel in ('sms')),
  purpose text not null check (purpose in ('marketing')),
  state text not null check (state in ('granted', 'withdrawn')),
  proof text not null,
  source text not null,
  at timestamptz not null,
  recorded_at timestamptz not null default now()
);
create index consents_by_person on consents (workspace_id, person_id, channel, purpose, at desc, id desc);

-- Projection of the ledger for set-based decisions.
create table consent_states (
  workspace_id integer not null,
  person_id bigint not null,
  channel text not null,
  purpose text not null,
  state text not null,
  at timestamptz not null,
  primary key (workspace_id, person_id, channel, purpose)
);
