-- People, and the list of people an import named, are written by the batch that resolved them, for a workspace and an import it holds; neither
-- is ever deleted. Looking each row's workspace and import up again costs a tenth of what writing the row costs.
alter table people drop constraint people_workspace_id_fkey;
alter table import_people drop constraint import_people_import_id_fkey;
