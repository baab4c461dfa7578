import { sql } from 'kysely'
import { registerUsage } from '../people/index.ts'
import type { Platform } from '../platform/platform.ts'
import { readConnectorUses } from './connector-uses.ts'
import { stepPulls } from './pulls/run-pulls.ts'
import { pullLoops } from './pulls/start-run.ts'

const pullIdleMs = 5_000
const versionDays = 400
const runsKept = 500

/** Registers the pulls and the forgetting of what is past its time. */
export function startConnectors(platform: Platform): void {
  registerUsage('connectors', readConnectorUses)
  for (const loop of pullLoops) platform.jobs.loop(loop, pullIdleMs, (signal) => stepPulls(platform, signal))
  platform.jobs.every('connectors.forget', 3_600, () => forgetOld(platform))
}

/** Deletes deliveries past the days their connector keeps them, versions nobody sends any more, old runs; and ends uploads whose process is gone. */
export async function forgetOld(platform: Platform): Promise<void> {
  const now = platform.clock.now()
  await sql`
    delete from connector_deliveries using connectors
    where connectors.id = connector_id and connectors.workspace_id = connector_deliveries.workspace_id
      and connector_deliveries.received_at < ${now}::timestamptz - make_interval(days => coalesce((draft -> 'settings' ->> 'keepDays')::int, 14))`.execute(
    platform.db,
  )
  await sql`delete from connector_versions where seen_on < ${new Date(now.getTime() - versionDays * 86_400_000)}::timestamptz::date`.execute(platform.db)
  await sql`
    delete from connector_runs where id in (
      select id from (select id, row_number() over (partition by connector_id order by id desc) as place from connector_runs where finished_at is not null) as placed
      where place > ${runsKept})`.execute(platform.db)
  await sql`
    update connector_runs set state = 'failed', finished_at = ${now}, error_zh = '上传中断，请重新上传同一文件', error_en = 'The upload broke off; send the same file again'
    where trigger = 'upload' and state in ('running', 'cancelling') and leased_until < now()`.execute(platform.db)
}
