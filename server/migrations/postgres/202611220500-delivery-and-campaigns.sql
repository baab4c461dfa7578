create table accounts (
  id uuid primary key default uuidv7(),
  workspace_id integer not null references workspaces (id),
  provider text not null,
  channel text not null check (channel in ('sms')),
  name text not null,
  -- Settings with secrets, sealed as one.
  sealed_config bytea not null,
  rate_per_second integer not null check (rate_per_second > 0),
  part_cost_fen numeric(10, 4),
  callback_token_hash bytea not null unique,
  sealed_callback_token bytea not null,
  enabled boolean not null default true,
  last_error text,
  last_error_at timestamptz,
  -- Token bucket shared by all processes: what is left, and when that was.
  bucket_tokens double precision not null default 0,
  bucket_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  unique (workspace_id, name)
);

create table campaigns (
  id uuid primary key default uuidv7(),
  workspace_id integer not null references workspaces (id),
  -- Short code, unique in the workspace; goal events may name it.
  code text not null,
  name text not null,
  type text not null default '',
  state text not null default 'draft' check (state in ('draft', 'scheduled', 'planning', 'running', 'paused', 'completed', 'cancelled', 'imported')),
  segment_id uuid references segments (id),
  template_id uuid references templates (id),
  account_id uuid references accounts (id),
  -- The template's words at launch: later edits of the template do not change a campaign under way.
  content jsonb,
  control_percent numeric(5, 2) not null default 0,
  goal jsonb not null,
  ignore_frequency_cap boolean not null default false,
  budget_fen bigint,
  scheduled_at timestamptz,
  ends_at timestamptz,
  hold_reason text,
  -- Snapshots for lists and comparisons; the campaign's own page counts afresh.
  progress jsonb not null default '{}',
  outcome jsonb,
  refreshed_at timestamptz,
  created_by uuid references users (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  launched_at timestamptz,
  planned_at timestamptz,
  finished_at timestamptz,
  unique (workspace_id, code)
);
create index campaigns_by_workspace on campaigns (workspace_id, id desc);
create index campaigns_active on campaigns (state) where state in ('scheduled', 'planning', 'running');

-- A message is a row before it is anything else: one per cause, person, channel and occurrence.
create table messages (
  id bigint generated always as identity primary key,
  workspace_id integer not null,
  person_id bigint not null,
  channel text not null check (channel in ('sms')),
  cause_kind text not null check (cause_kind in ('campaign', 'test')),
  cause_id uuid not null,
  occurrence text not null default '',
  account_id uuid,
  state text not null check (state in ('planned', 'suppressed', 'ready', 'claimed', 'accepted', 'delivered', 'failed', 'unknown', 'cancelled')),
  reason text,
  -- Blind index of the address it went to: receipts and replies find it by this.
  address_key uuid,
  text text,
  parts smallint,
  cost_fen double precision,
  vendor_id text,
  failure_class text,
  failure_code text,
  attempts smallint not null default 0,
  not_before timestamptz,
  claimed_by text,
  planned_at timestamptz not null default now(),
  claimed_at timestamptz,
  accepted_at timestamptz,
  finished_at timestamptz,
  unique (cause_id, person_id, channel, occurrence)
) with (fillfactor = 80);
create index messages_ready on messages (account_id, id) where state = 'ready';
create index messages_claimed on messages (claimed_at) where state = 'claimed';
create index messages_by_vendor on messages (account_id, vendor_id) where vendor_id is not null;
create index messages_by_person on messages (workspace_id, person_id, id desc);
create index messages_by_address on messages (workspace_id, address_key, accepted_at desc) where accepted_at is not null;
create index messages_by_cause on messages (cause_id, state, id);
create index messages_accepted on messages (accepted_at) where state = 'accepted';

create table replies (
  id bigint generated always as identity primary key,
  workspace_id integer not null,
  account_id uuid not null,
  -- Vendor's id of the reply, or a hash of account, address, text and time: a repeated callback makes no second row.
  vendor_key text not null,
  person_id bigint,
  address_key uuid not null,
  sealed_address bytea not null,
  message_id bigint,
  text text not null,
  kind text not null check (kind in ('optOut', 'other')),
  at timestamptz not null,
  unique (account_id, vendor_key)
);
create index replies_by_workspace on replies (workspace_id, id desc);
create index replies_by_person on replies (workspace_id, person_id, id desc);

-- Addresses that get no marketing, keyed by the address and not by the person: a number stays blocked whoever has it.
create table suppressions (
  id bigint generated always as identity primary key,
  workspace_id integer not null references workspaces (id),
  channel text not null check (channel in ('sms')),
  address_key uuid not null,
  sealed_address bytea not null,
  reason text not null check (reason in ('optedOut', 'invalidNumber', 'blacklisted', 'manual')),
  source text not null,
  person_id bigint,
  at timestamptz not null default now(),
  unique (workspace_id, channel, address_key)
);

-- Invalid-number verdicts: only two, a day or more apart, suppress an address.
create table address_failures (
  workspace_id integer not null,
  address_key uuid not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  count integer not null,
  primary key (workspace_id, address_key)
);
