-- What all processes together may let in of a source with a limit per second; each takes a share of it, at most once a second.
create table source_shares (
  workspace_id integer not null,
  source_id uuid not null references sources (id) on delete cascade,
  -- Messages that may come as of `at`, before what has been refilled since; below nothing while a large batch is worked off.
  tokens double precision not null,
  at timestamptz not null,
  -- The share handed out last.
  granted double precision not null,
  primary key (workspace_id, source_id)
) with (fillfactor = 70);

-- When the batch of a held-back message was sent, by the sender's clock: without it the message's own time could not be corrected on retry.
alter table quarantine add column sent_at timestamptz;
