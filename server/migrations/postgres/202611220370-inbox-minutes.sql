-- How much the inbox processed, by minute, for the last day.
create table inbox_minutes (
  workspace_id integer not null,
  minute timestamptz not null,
  items bigint not null,
  primary key (workspace_id, minute)
);
