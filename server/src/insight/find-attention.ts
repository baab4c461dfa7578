import { sql } from 'kysely'
import type { Overview } from '../../../contracts/insight.ts'
import type { Context } from '../access/index.ts'

type Attention = Overview['attention'][number]

const backlogSecondsMax = 120

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
      zh: `活动「${name}」有 ${count} 条消息结果未知,请决定是否补发`,
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
    text: { zh: `通道账号「${name}」异常:${error}`, en: `Channel account “${name}” is failing: ${error}` },
    href: '/settings/accounts',
  }))
}

async function inboxTrouble(ctx: Context): Promise<Attention[]> {
  const { rows } = await sql<{ failed: number; oldestSeconds: number | null }>`
    select count(*) filter (where failed_at is not null) as failed,
      extract(epoch from ${ctx.platform.clock.now()}::timestamptz - min(received_at) filter (where failed_at is null))::float8 as "oldestSeconds"
    from inbox where workspace_id = ${ctx.workspaceId}`.execute(ctx.platform.db)
  const { failed = 0, oldestSeconds = null } = rows[0] ?? {}
  const found: Attention[] = []
  if (failed > 0)
    found.push({
      kind: 'inboxFailed',
      text: { zh: `${failed} 批数据无法处理,已隔离`, en: `${failed} batches could not be processed and are set aside` },
      href: '/data/inbox',
    })
  if (oldestSeconds !== null && oldestSeconds > backlogSecondsMax) {
    const minutes = Math.round(oldestSeconds / 60)
    found.push({
      kind: 'inboxBacklog',
      text: { zh: `数据处理积压,最早一批已等待 ${minutes} 分钟`, en: `Incoming data is waiting; the oldest batch for ${minutes} minutes` },
      href: '/data/inbox',
    })
  }
  return found
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
