-- Former ids of people; the row with the highest version holds, and one that points at itself is no alias any more.
create table if not exists person_aliases (
  alias_id UInt32,
  person_id UInt32,
  workspace_id UInt32,
  version UInt64
)
engine = ReplacingMergeTree(version)
order by alias_id
settings non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;

-- NOTE: the dictionary names this view and not a query: a table's name is looked up in the dictionary's own database, whatever it is called.
create view if not exists person_aliases_now as
select toUInt64(alias_id) as alias_id, person_id from person_aliases final where alias_id <> person_id;

-- Read by every question about people; reloaded by whoever merges.
create dictionary if not exists person_alias (alias_id UInt64, person_id UInt32)
primary key alias_id source(clickhouse(table 'person_aliases_now')) layout(hashed()) lifetime(0);
