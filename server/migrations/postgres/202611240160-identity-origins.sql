-- Who named an identity first: a number of attribute_origins; null where that was not written down.
alter table identities add column origin_id integer;
