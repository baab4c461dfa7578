-- While an import fills these, statistics of a table that grew by a twentieth say nothing new: reading them anew each time took a tenth of
-- what PostgreSQL spends on an import.
alter table people set (autovacuum_analyze_scale_factor = 0.25);
alter table identities set (autovacuum_analyze_scale_factor = 0.25);
alter table import_people set (autovacuum_analyze_scale_factor = 0.25);
