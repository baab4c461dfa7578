-- The people list: start of a name, a city, with or without a phone; each newest first without counting or skipping.
create index people_by_name on people (workspace_id, (attributes ->> 'name') text_pattern_ops) where attributes ? 'name';
create index people_by_city on people (workspace_id, (attributes ->> 'city'), id desc) where attributes ? 'city';
create index people_with_phone on people (workspace_id, id desc) where phone_key is not null;
create index people_without_phone on people (workspace_id, id desc) where phone_key is null;
