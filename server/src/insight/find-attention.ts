import { sql } from 'kysely'
import type { Overview } from '../../../contracts/insight.ts'
import type { Context } from '../access/index.ts'

type Attention = Overview['attention'][number]

const backlogSecondsMax = 120
/** A chunk is tried again at once: what is away after a minute is away. */
const awaySecondsMax = 60

/** What somebody should look at now, worst first; nothing when all is well. */
export async function findAttention(ctx: Context): Promise<Attention[]> {
  const found = await Promise.all([unknownMessages(ctx), failingAccounts(ctx), inboxTrouble(ctx), heldCampaigns(ctx)])
  return found.flat()
}

async function unknownMessages(ctx: Context): Promise<Attention[]> {
  const { rows } = await sql<{ id: string; name: string; count: number }>`
    select campaigns.id, campaigns.name, count(*) as count from messages join campaigns on campaigns.id = messages.cause_id
    where messages.workspace_id = ${ctx.workspaceId} and messages.state = 'unknown' and messages.planned_at > ${ctx.platform.clock.now()}::timestamptz - interval '30 days'
    group by campaigns.id, campaigns.name order by count desc limit 3`.execute(ctx.platform.db)
  return rows.map(({ id, name, count }) => ({
    kind: 'unknownMessages',
    text: {
      zh: `活动「${name}」有 ${count} 条消息结果未知，请决定是否补发`,
      en: `${count} messages of “${name}” have an unknown outcome; decide whether to send them again`,
    },
    href: `/campaigns/${id}`,
  }))
}

async function failingAccounts(ctx: Context): Promise<Attention[]> {
  const { rows } = await sql<{ name: string; error: string }>`
    select name, last_error as error from accounts
    where workspace_id = ${ctx.workspaceId} and enabled and last_error is not null and last_error_at > ${ctx.platform.clock.now()}::timestamptz - interval '10 minutes'`.execute(
    ctx.platform.db,
  )
  return rows.map(({ name, error }) => ({
    kind: 'failingAccount',
    text: { zh: `通道账号「${name}」异常：${error}`, en: `Channel account “${name}” is failing: ${error}` },
    href: '/settings/accounts',
  }))
}

async function inboxTrouble(ctx: Context): Promise<Attention[]> {
  const now = ctx.platform.clock.now()
  const { rows } = await sql<{ failed: number; held: number; oldestSeconds: number | null; awaySeconds: number | null }>`
    select (select coalesce(sum(item_count), 0)::bigint from inbox where workspace_id = ${ctx.workspaceId} and failed_at is not null) as failed,
      (select count(*) from quarantine where workspace_id = ${ctx.workspaceId}) as held,
      (select extract(epoch from ${now}::timestamptz - min(received_at))::float8 from inbox where workspace_id = ${ctx.workspaceId} and failed_at is null) as "oldestSeconds",
      (select extract(epoch from ${now}::timestamptz - min(away_since))::float8 from inbox_chunks where workspace_id = ${ctx.workspaceId}) as "awaySeconds"`.execute(
    ctx.platform.db,
  )
  const { failed, held, oldestSeconds, awaySeconds } = rows[0]!
  const found: Attention[] = []
  if (awaySeconds !== null && awaySeconds > awaySecondsMax)
    found.push({
      kind: 'storeAway',
      text: {
        zh: `数据存储已有 ${minutesOf(awaySeconds)} 分钟不可用，新数据安全等待中，恢复后自动处理`,
        en: `A store has been away for ${minutesOf(awaySeconds)} minutes; new data waits safely and is processed when it is back`,
      },
      href: '/data/inbox',
    })
  else if (oldestSeconds !== null && oldestSeconds > backlogSecondsMax)
    found.push({
      kind: 'inboxBacklog',
      text: {
        zh: `数据处理积压，最早一批已等待 ${minutesOf(oldestSeconds)} 分钟`,
        en: `Incoming data is waiting; the oldest batch for ${minutesOf(oldestSeconds)} minutes`,
      },
      href: '/data/inbox',
    })
  if (failed > 0)
    found.push({
      kind: 'inboxFailed',
      text: { zh: `${failed} 条数据无法写入，已隔离`, en: `${failed} messages could not be stored and are set aside` },
      href: '/data/quarantine',
    })
  if (held > 0)
    found.push({
      kind: 'quarantined',
      text: { zh: `${held} 条数据不符合要求，已隔离，等待处理`, en: `${held} messages do not fit and wait in the quarantine` },
      href: '/data/quarantine',
    })
  return found
}

function minutesOf(seconds: number): number {
  return Math.max(1, Math.round(seconds / 60))
}

async function heldCampaigns(ctx: Context): Promise<Attention[]> {
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from campaigns where workspace_id = ${ctx.workspaceId} and state = 'running' and hold_reason is not null
      and hold_reason not like 'quietHours%' order by id desc limit 3`.execute(ctx.platform.db)
  return rows.map(({ id, name }) => ({
    kind: 'campaignHeld',
    text: { zh: `活动「${name}」暂时无法发送`, en: `Campaign “${name}” can not send right now` },
    href: `/campaigns/${id}`,
  }))
}
