import { sql } from 'kysely'
import { mutate, type Context } from '../access/index.ts'
import { appendToInbox } from '../collect/index.ts'
import { AppError, notFound } from '../platform/errors.ts'
import { failedEvent, type MessageFacts } from './message-events.ts'
import { wakeSender } from './wake-sender.ts'

/**
 * An operator's decision about the unknown messages of a campaign. `sendAgain` may reach people twice: that is why nobody else decides it; only messages
 * without a provider's id go again (one with an id was taken and waits for its receipt). `fail` closes all of them. Answers how many were settled.
 */
export async function settleUnknown(ctx: Context, input: { campaignId: string; decision: 'sendAgain' | 'fail' }): Promise<number> {
  const { campaignId, decision } = input
  const settled = await mutate(
    ctx,
    { action: 'message.settleUnknown', targetKind: 'campaign', targetId: campaignId, detail: { decision } },
    async (tx, audit) => {
      const { rows: campaigns } = await sql<{ name: string; state: string }>`
      select name, state from campaigns where workspace_id = ${ctx.workspaceId} and id = ${campaignId}::uuid for share`.execute(tx)
      const [campaign] = campaigns
      if (!campaign) throw notFound({ zh: '活动', en: 'campaign' })
      const scope = sql`messages.workspace_id = ${ctx.workspaceId} and messages.cause_kind = 'campaign' and messages.cause_id = ${campaignId}::uuid and messages.state = 'unknown'`
      if (decision === 'sendAgain') {
        if (campaign.state !== 'running' && campaign.state !== 'paused')
          throw new AppError('precondition', { zh: '活动已结束，不能再次发送', en: 'The campaign has ended; its messages can not be sent again' })
        const { rows } = await sql`
        update messages set state = 'ready', failure_code = null, claimed_at = null, claimed_by = null, not_before = null
        where ${scope} and vendor_id is null returning id`.execute(tx)
        audit.detail = { decision, messages: rows.length }
        return rows.length
      }
      const now = ctx.platform.clock.now()
      const { rows } = await sql<MessageFacts>`
      update messages set state = 'failed', failure_class = 'unknown', failure_code = coalesce(failure_code, 'settled'), finished_at = ${now}
      where ${scope} returning id as "messageId", person_id as "personId", parts, cost_fen as "costFen"`.execute(tx)
      await appendToInbox(tx, {
        platform: ctx.platform,
        workspaceId: ctx.workspaceId,
        kind: 'message',
        items: rows.map((facts) =>
          failedEvent({ campaignId, campaign: campaign.name }, facts, { failureClass: 'unknown', code: 'settled', atMs: now.getTime() }),
        ),
      })
      audit.detail = { decision, messages: rows.length }
      return rows.length
    },
  )
  if (decision === 'sendAgain') wakeSender(ctx.platform)
  return settled
}
