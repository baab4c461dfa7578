-- Ids of which nobody has said whether they are user ids: kept as anonymous ids. `key` is the blind index that the same text would have as a
-- user id, so that whoever says later that it is one is linked to what was known before. The row goes when that happens.
create table loose_ids (
  workspace_id integer not null,
  key uuid not null,
  primary key (workspace_id, key)
);
