-- Ids grow, so new people went to the left end of these indexes, where every full page is split in halves; at the right end full pages stay
-- full and the place is known. Lists that want the newest first read them backwards, which costs the same.
drop index people_by_workspace;
create index people_by_workspace on people (workspace_id, id);
drop index people_by_city;
create index people_by_city on people (workspace_id, (attributes ->> 'city'), id) where attributes ? 'city';
drop index people_with_phone;
create index people_with_phone on people (workspace_id, id) where phone_key is not null;
drop index people_without_phone;
create index people_without_phone on people (workspace_id, id) where phone_key is null;
