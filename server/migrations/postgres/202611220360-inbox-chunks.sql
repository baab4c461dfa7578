-- What a chunk needs so that a row that cannot be processed is isolated and the rest goes on.
alter table inbox_chunks
  -- Times its data was refused; a store that is away does not count.
  add column failures integer not null default 0,
  add column error text,
  -- The chunk this one was split from, whose message ids it owns; what of it is in the warehouse already is looked up there.
  add column split_from bigint;
