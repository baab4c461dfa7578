import { mutate, type Context } from '../access/index.ts'
import { sendTestMessages } from '../delivery/index.ts'
import { AppError } from '../platform/errors.ts'
import { requireCampaign } from './campaign-row.ts'
import { readLaunchParts } from './launch-readiness.ts'

interface TestSendResult {
  phone: string
  accepted: boolean
  error: string | null
}

/** Sends the message of a campaign to given phones at once, as a person would get it; never counted in the campaign. Phones are not kept in the audit row. */
export async function testSend(ctx: Context, id: string, input: { phones: string[]; personId?: number }): Promise<{ results: TestSendResult[] }> {
  const row = await requireCampaign(ctx.platform.db, ctx.workspaceId, id)
  const { content, account, problems } = await readLaunchParts(ctx, row)
  const words = row.content ?? content
  if (!words || !account) throw new AppError('validation', { problems: problems.filter(({ at }) => at !== 'segmentId') })
  await mutate(ctx, { action: 'campaign.testSend', targetKind: 'campaign', targetId: id, detail: { phones: input.phones.length } }, async () => undefined)
  return { results: await sendTestMessages(ctx, { accountId: account.id, content: words, phones: input.phones, personId: input.personId }) }
}
