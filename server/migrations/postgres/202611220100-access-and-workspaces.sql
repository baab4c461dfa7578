-- Who may do what where. Times are UTC instants; e-mail addresses of staff are stored lower-case.
create table users (
  id uuid primary key default uuidv7(),
  email text not null unique check (email = lower(email)),
  name text not null,
  password_hash text not null,
  locale text not null default 'zh' check (locale in ('zh', 'en')),
  created_at timestamptz not null default now(),
  last_seen_at timestamptz
);

create table sessions (
  token_hash bytea primary key,
  user_id uuid not null references users (id) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ip text,
  user_agent text
);
create index sessions_by_user on sessions (user_id);

create table workspaces (
  id integer generated always as identity primary key,
  name text not null,
  timezone text not null default 'Asia/Shanghai',
  contact_policy jsonb not null,
  -- The workspace's data key, sealed by the master key: losing the master key loses every phone and e-mail.
  sealed_data_key bytea not null,
  created_at timestamptz not null default now()
);

create table members (
  workspace_id integer not null references workspaces (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  role text not null check (role in ('owner', 'manager', 'operator', 'sales', 'analyst', 'compliance')),
  joined_at timestamptz not null default now(),
  primary key (workspace_id, user_id)
);
create index members_by_user on members (user_id);

create table api_keys (
  id uuid primary key default uuidv7(),
  workspace_id integer not null references workspaces (id) on delete cascade,
  name text not null,
  prefix text not null,
  secret_hash bytea not null unique,
  permissions text[] not null,
  created_by uuid references users (id) on delete set null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index api_keys_by_workspace on api_keys (workspace_id, created_at);

-- One row per mutation, written in the mutation's own transaction. Never updated, never deleted.
create table audit_log (
  id bigint generated always as identity primary key,
  workspace_id integer references workspaces (id),
  at timestamptz not null default now(),
  actor_kind text not null check (actor_kind in ('user', 'apiKey', 'system')),
  actor_id text,
  actor_name text not null,
  action text not null,
  target_kind text,
  target_id text,
  detail jsonb not null default '{}',
  ip text
);
create index audit_log_by_workspace on audit_log (workspace_id, id desc);
create index audit_log_by_target on audit_log (workspace_id, target_kind, target_id, id desc);
