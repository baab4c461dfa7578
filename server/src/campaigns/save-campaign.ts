import { randomInt } from 'node:crypto'
import { sql } from 'kysely'
import type { z } from 'zod'
import type { Campaign, CampaignInput } from '../../../contracts/campaigns.ts'
import { mutate, type Context } from '../access/index.ts'
import { AppError } from '../platform/errors.ts'
import type { Database } from '../platform/platform.ts'
import { requireCampaign, toCampaign } from './campaign-row.ts'

type Input = z.output<typeof CampaignInput>

/** Letters and digits that nobody mistakes for one another. */
const codeAlphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
const newCode = (): string => Array.from({ length: 6 }, () => codeAlphabet[randomInt(codeAlphabet.length)]).join('')

/** Saves a draft. */
export async function createCampaign(ctx: Context, input: Input): Promise<Campaign> {
  const row = await mutate(ctx, { action: 'campaign.create', targetKind: 'campaign', detail: { name: input.name } }, async (tx, audit) => {
    await requireReferences(tx, ctx.workspaceId, input)
    const { rows } = await sql<{ id: string }>`
      insert into campaigns (workspace_id, code, name, type, segment_id, template_id, account_id, control_percent, goal, ignore_frequency_cap, budget_fen,
        scheduled_at, created_by, created_at, updated_at)
      values (${ctx.workspaceId}, ${newCode()}, ${input.name}, ${input.type}, ${input.segmentId}, ${input.templateId}, ${input.accountId}, ${input.controlPercent},
        ${JSON.stringify(input.goal)}::jsonb, ${input.ignoreFrequencyCap}, ${input.budgetFen}, ${input.scheduledAt}, ${ctx.actor.kind === 'user' ? ctx.actor.userId : null},
        ${ctx.platform.clock.now()}, ${ctx.platform.clock.now()})
      returning id`.execute(tx)
    audit.targetId = rows[0]!.id
    return requireCampaign(tx, ctx.workspaceId, audit.targetId)
  })
  return toCampaign(row)
}

/** Changes a draft; a campaign under way does not change. */
export async function updateCampaign(ctx: Context, id: string, input: Partial<Input>): Promise<Campaign> {
  const row = await mutate(ctx, { action: 'campaign.update', targetKind: 'campaign', targetId: id, detail: { fields: Object.keys(input) } }, async (tx) => {
    const before = await requireCampaign(tx, ctx.workspaceId, id, { lock: true })
    requireDraft(before.state)
    await requireReferences(tx, ctx.workspaceId, input)
    const after = { ...before, ...input }
    await sql`
      update campaigns set name = ${after.name}, type = ${after.type}, segment_id = ${after.segmentId}, template_id = ${after.templateId}, account_id = ${after.accountId},
        control_percent = ${after.controlPercent}, goal = ${JSON.stringify(after.goal)}::jsonb, ignore_frequency_cap = ${after.ignoreFrequencyCap},
        budget_fen = ${after.budgetFen}, scheduled_at = ${after.scheduledAt}, updated_at = ${ctx.platform.clock.now()}
      where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid`.execute(tx)
    return requireCampaign(tx, ctx.workspaceId, id)
  })
  return toCampaign(row)
}

/** Deletes a draft. What was ever launched stays. */
export async function deleteCampaign(ctx: Context, id: string): Promise<void> {
  await mutate(ctx, { action: 'campaign.delete', targetKind: 'campaign', targetId: id }, async (tx, audit) => {
    const row = await requireCampaign(tx, ctx.workspaceId, id, { lock: true })
    requireDraft(row.state)
    audit.detail = { name: row.name }
    await sql`delete from campaigns where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid`.execute(tx)
  })
}

/** A new draft with the settings of any campaign. */
export async function duplicateCampaign(ctx: Context, id: string): Promise<Campaign> {
  const from = await requireCampaign(ctx.platform.db, ctx.workspaceId, id)
  return createCampaign(ctx, {
    name: `${from.name.slice(0, 74)} (副本)`,
    type: from.type,
    segmentId: from.segmentId,
    templateId: from.templateId,
    accountId: from.accountId,
    controlPercent: from.controlPercent,
    goal: from.goal,
    ignoreFrequencyCap: from.ignoreFrequencyCap,
    budgetFen: from.budgetFen,
    scheduledAt: null,
  })
}

function requireDraft(state: string): void {
  if (state !== 'draft')
    throw new AppError('precondition', { zh: '活动已启动，不能再修改；可以复制一份', en: 'The campaign was launched and can not change; duplicate it instead' })
}

const references = [
  { key: 'segmentId', table: 'segments', zh: '分群', en: 'segment' },
  { key: 'templateId', table: 'templates', zh: '模板', en: 'template' },
  { key: 'accountId', table: 'accounts', zh: '通道账号', en: 'channel account' },
] as const

/** Segment, template and account exist in this workspace, or `validation` names the field. */
async function requireReferences(tx: Database, workspaceId: number, input: Partial<Input>): Promise<void> {
  for (const { key, table, zh, en } of references) {
    const id = input[key]
    if (!id) continue
    const { rows } = await sql`select 1 from ${sql.table(table)} where workspace_id = ${workspaceId} and id = ${id}::uuid`.execute(tx)
    if (rows.length === 0)
      throw new AppError('validation', { problems: [{ at: `body.${key}`, zh: `该${zh}不存在，请重新选择`, en: `This ${en} does not exist; choose another` }] })
  }
}
