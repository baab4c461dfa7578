-- How many requests came to a connector's address in a minute, at all processes together. Losing it in a crash costs nobody anything.
create unlogged table connector_minutes (
  workspace_id integer not null,
  connector_id uuid primary key references connectors (id) on delete cascade,
  -- Minutes since 1970.
  minute bigint not null,
  requests integer not null
) with (fillfactor = 50);
