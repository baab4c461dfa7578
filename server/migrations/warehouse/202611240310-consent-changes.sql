create materialized view if not exists person_changes_by_consents to person_changes as
select workspace_id, toStartOfMinute(now('UTC')) as minute, 'consent' as subject, groupBitmapState(person_id) as people
from person_consents group by workspace_id, minute;
