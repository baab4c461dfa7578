-- What is sealed does not get smaller: PostgreSQL need not try.
alter table inbox alter column body set storage external;
