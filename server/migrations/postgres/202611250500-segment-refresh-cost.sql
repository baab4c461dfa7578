-- Rows that the conditions of the last refresh read, all segments together; null before there was one.
alter table segment_refreshes add column rows_read bigint;
