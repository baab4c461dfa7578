-- Kinds of identities are rows of each workspace. A smaller priority is stronger.
create table namespaces (
  workspace_id integer not null references workspaces (id),
  key text not null check (key ~ '^[a-z][a-z0-9_]{1,31}$'),
  label_zh text not null,
  label_en text not null,
  strength text not null check (strength in ('strong', 'medium', 'weak')),
  priority integer not null check (priority between 1 and 1000),
  -- How many one person may have; null is any number.
  per_person_max integer check (per_person_max between 1 and 1000),
  pattern text,
  normaliser text not null check (normaliser in ('phone', 'email', 'text', 'lowercase')),
  -- Sealed at rest and shown masked.
  secret boolean not null,
  built_in boolean not null default false,
  disabled_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (workspace_id, key)
);

-- The same list as `builtInNamespaces` in contracts/namespaces.ts. A trigger, so that no workspace is ever without them, whoever makes it.
create function insert_built_in_namespaces() returns trigger language plpgsql as $$
begin
  insert into namespaces (workspace_id, key, label_zh, label_en, strength, priority, per_person_max, pattern, normaliser, secret, built_in)
  values
    (new.id, 'user_id', '用户 ID', 'User id', 'strong', 10, 1, null, 'text', false, true),
    (new.id, 'member_no', '会员号', 'Member number', 'strong', 20, 1, null, 'text', false, true),
    (new.id, 'wechat_unionid', '微信 UnionID', 'WeChat union id', 'strong', 30, 1, null, 'text', false, true),
    (new.id, 'wechat_openid', '微信 OpenID', 'WeChat open id', 'strong', 40, null, '[^:]+:[^:]+', 'text', false, true),
    (new.id, 'wecom_external_userid', '企业微信客户 ID', 'WeCom external user id', 'strong', 50, null, null, 'text', false, true),
    (new.id, 'shop_user_id', '店铺用户 ID', 'Shop user id', 'strong', 60, null, '[^:]+:.+', 'text', false, true),
    (new.id, 'phone', '手机号', 'Phone', 'medium', 70, 1, null, 'phone', true, true),
    (new.id, 'email', '邮箱', 'E-mail', 'medium', 80, 3, null, 'email', true, true),
    (new.id, 'anonymous_id', '匿名 ID', 'Anonymous id', 'weak', 90, null, null, 'text', false, true),
    (new.id, 'device_id', '设备 ID', 'Device id', 'weak', 100, null, null, 'text', false, true)
  on conflict do nothing;
  return null;
end $$;
create trigger workspaces_namespaces after insert on workspaces for each row execute function insert_built_in_namespaces();

-- The workspaces that are there already get theirs the same way.
insert into namespaces (workspace_id, key, label_zh, label_en, strength, priority, per_person_max, pattern, normaliser, secret, built_in)
select workspaces.id, given.* from workspaces cross join (values
    ('user_id', '用户 ID', 'User id', 'strong', 10, 1, null, 'text', false, true),
    ('member_no', '会员号', 'Member number', 'strong', 20, 1, null, 'text', false, true),
    ('wechat_unionid', '微信 UnionID', 'WeChat union id', 'strong', 30, 1, null, 'text', false, true),
    ('wechat_openid', '微信 OpenID', 'WeChat open id', 'strong', 40, null, '[^:]+:[^:]+', 'text', false, true),
    ('wecom_external_userid', '企业微信客户 ID', 'WeCom external user id', 'strong', 50, null, null, 'text', false, true),
    ('shop_user_id', '店铺用户 ID', 'Shop user id', 'strong', 60, null, '[^:]+:.+', 'text', false, true),
    ('phone', '手机号', 'Phone', 'medium', 70, 1, null, 'phone', true, true),
    ('email', '邮箱', 'E-mail', 'medium', 80, 3, null, 'email', true, true),
    ('anonymous_id', '匿名 ID', 'Anonymous id', 'weak', 90, null, null, 'text', false, true),
    ('device_id', '设备 ID', 'Device id', 'weak', 100, null, null, 'text', false, true)
  ) as given (key, label_zh, label_en, strength, priority, per_person_max, pattern, normaliser, secret, built_in);

-- Columns that may be null are added without touching a row.
-- `sealed`: the value of a secret identity other than phone and e-mail, which live on the person. `shared_at`: met so many people that it links nobody any more.
alter table identities add column sealed bytea, add column shared_at timestamptz;

-- Whom an identity met who is not its owner. A few rows per identity: past a limit it is shared, and nobody is written down any more.
create table identity_meetings (
  workspace_id integer not null,
  namespace text not null,
  key uuid not null,
  person_id bigint not null,
  met_at timestamptz not null default now(),
  primary key (workspace_id, namespace, key, person_id)
);

-- How often a conflict was met; the row itself is written once.
alter table identity_conflicts add column seen_count integer not null default 1;

-- Who said something about people: an import, a source, the console. Small numbers for what stands in every person's row.
create table attribute_origins (
  id integer generated always as identity primary key,
  workspace_id integer not null references workspaces (id),
  kind text not null,
  -- Id of the import, source or connector; empty when the kind says it all.
  origin_id text not null default '',
  unique (workspace_id, kind, origin_id)
);
-- By key of an attribute the number of who said it last; `*` stands for every key that has no number of its own.
alter table people add column attribute_sources jsonb;

alter table attributes drop constraint attributes_type_check;
alter table attributes add constraint attributes_type_check check (type in ('text', 'number', 'date', 'boolean', 'list'));
