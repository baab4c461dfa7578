-- Who is in the mirror of people, and of them whoever was ever deleted: sets that come with the insert which brings the people, so that counting a
-- rule's people needs no scan of everybody to know who is there at all. Rows of a workspace become one by merges; readers join what there is.
create table if not exists people_ids (
  workspace_id UInt32,
  people AggregateFunction(groupBitmap, UInt32),
  deleted AggregateFunction(groupBitmap, UInt32)
)
engine = AggregatingMergeTree
order by workspace_id
settings non_replicated_deduplication_window = 10000, index_granularity = 16;

-- What is there already. Nobody writes while migrations run, so this file may be run again from its start.
truncate table people_ids;
insert into people_ids
select workspace_id, groupBitmapState(person_id), groupBitmapStateIf(person_id, is_deleted = 1) from people group by workspace_id;

create materialized view if not exists people_ids_from_people to people_ids as
select workspace_id, groupBitmapState(person_id) as people, groupBitmapStateIf(person_id, is_deleted = 1) as deleted from people group by workspace_id;
