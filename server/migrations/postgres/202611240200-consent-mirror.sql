-- Whose consent stands otherwise than the warehouse knows, in the order in which it changed. Written by triggers, so that no way by which consent
-- changes (imports, replies, merges, undos) can be forgotten; taken out when the warehouse has it.
create table consent_changes (
  id bigint generated always as identity primary key,
  workspace_id integer not null,
  person_id bigint not null,
  channel text not null,
  purpose text not null
);

create function note_consents_new() returns trigger language plpgsql as $$
begin
  insert into consent_changes (workspace_id, person_id, channel, purpose) select workspace_id, person_id, channel, purpose from new_states;
  return null;
end $$;

create function note_consents_old() returns trigger language plpgsql as $$
begin
  insert into consent_changes (workspace_id, person_id, channel, purpose) select workspace_id, person_id, channel, purpose from old_states;
  return null;
end $$;

create trigger consent_states_inserted after insert on consent_states
  referencing new table as new_states for each statement execute function note_consents_new();
create trigger consent_states_updated after update on consent_states
  referencing new table as new_states for each statement execute function note_consents_new();
create trigger consent_states_deleted after delete on consent_states
  referencing old table as old_states for each statement execute function note_consents_old();

insert into consent_changes (workspace_id, person_id, channel, purpose) select workspace_id, person_id, channel, purpose from consent_states;
