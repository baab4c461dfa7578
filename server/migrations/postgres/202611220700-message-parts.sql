-- A message whose parts got one vendor id each: delivered when all parts are, failed when any is.
create table message_parts (
  account_id uuid not null,
  vendor_id text not null,
  message_id bigint not null,
  state text check (state in ('delivered', 'failed')),
  failure_class text,
  failure_code text,
  primary key (account_id, vendor_id, message_id)
);
create index message_parts_by_message on message_parts (message_id);

-- Receipts that came before the answer they belong to was recorded; tried again for some minutes, then counted and dropped.
create table parked_receipts (
  id bigint generated always as identity primary key,
  workspace_id integer not null,
  account_id uuid not null,
  sealed_receipt bytea not null,
  received_at timestamptz not null,
  tries integer not null default 1,
  next_try_at timestamptz not null
);
create index parked_receipts_due on parked_receipts (next_try_at);

-- The sender takes from one cause at a time: a paused campaign of a million does not stand in the way of another.
drop index messages_ready;
create index messages_ready on messages (account_id, cause_id, id) where state = 'ready';

-- The frequency cap looks back some weeks, whatever the size of the table.
create index messages_by_time on messages using brin (planned_at);
