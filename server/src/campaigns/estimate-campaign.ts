import { sql } from 'kysely'
import type { CampaignEstimate } from '../../../contracts/campaigns.ts'
import { SuppressionReason } from '../../../contracts/delivery.ts'
import type { Rule } from '../../../contracts/rule.ts'
import type { Context } from '../access/index.ts'
import { countRule } from '../audience/index.ts'
import { compileTemplate } from '../content/index.ts'
import { countContacts } from '../delivery/index.ts'
import { personalAttributes, personVariables, withoutPersonal } from '../people/index.ts'
import { requireCampaign, type CampaignContent, type CampaignRow } from './campaign-row.ts'
import { clientOf, contactPlan } from './contact-plan.ts'
import { detectableDifference } from './effect.ts'
import { readLaunchParts, type LaunchParts } from './launch-readiness.ts'
import { withStagedAudience } from './stage-audience.ts'

/** People whose text is really rendered to know its length. */
const sampleSize = 1000

/** What a launch would do now. Makes the same decision as the launch, without writing it; the cost is measured on rendered texts of a sample. */
export async function estimateCampaign(ctx: Context, id: string): Promise<CampaignEstimate> {
  const row = await requireCampaign(ctx.platform.db, ctx.workspaceId, id)
  const parts = await readLaunchParts(ctx, row)
  const problems: CampaignEstimate['problems'] = parts.problems.map((problem) => ({ ...problem, blocking: true }))
  if (!parts.rule || !parts.content || !parts.account) return { ...emptyEstimate, problems }
  const { content, account } = parts
  return withStagedAudience(ctx, parts.rule, async (audienceTable, audience) => {
    const { recipients, suppressed } = await ctx.platform.db
      .transaction()
      .execute((tx) => countContacts(clientOf(tx), { audienceTable, ...contactPlan(ctx, row, parts) }))
    const { controlGroup: control = 0, ...reasons } = suppressed
    const texts = await renderSample(ctx, content, audienceTable)
    const costFen = Math.round(recipients * texts.averageParts * account.partCostFen)
    const base = await baseRate(ctx, row, parts.rule!, audience)
    return {
      audience,
      recipients,
      control,
      suppressed: reasonCounts(reasons),
      partsPerMessage: { average: texts.averageParts, maximum: texts.maximumParts },
      costFen,
      secondsToSend: recipients / account.ratePerSecond,
      sample: texts.sample,
      problems: [...problems, ...planProblems(row, parts, { recipients, control, costFen }), ...texts.problems],
      detectableDifferencePercent: percentPoints(detectableDifference(base, recipients, control)),
    }
  })
}

function reasonCounts(reasons: Partial<Record<SuppressionReason, number>>): CampaignEstimate['suppressed'] {
  return SuppressionReason.options.flatMap((reason) => (reasons[reason] ? [{ reason, count: reasons[reason] }] : []))
}

const percentPoints = (fraction: number | null): number | null => (fraction === null ? null : fraction * 100)

const emptyEstimate: CampaignEstimate = {
  audience: 0,
  recipients: 0,
  control: 0,
  suppressed: [],
  partsPerMessage: { average: 0, maximum: 0 },
  costFen: 0,
  secondsToSend: 0,
  sample: null,
  problems: [],
  detectableDifferencePercent: null,
}

interface SampleTexts {
  averageParts: number
  maximumParts: number
  sample: CampaignEstimate['sample']
  problems: CampaignEstimate['problems']
}

async function renderSample(ctx: Context, content: CampaignContent, audienceTable: string): Promise<SampleTexts> {
  const template = compileTemplate(content)
  const { rows } = await sql<{
    personId: number
  }>`select person_id as "personId" from ${sql.table(audienceTable)} order by hashint8(person_id) limit ${sampleSize}`.execute(ctx.platform.db)
  const variables = await personVariables(
    ctx.platform.db,
    ctx.workspaceId,
    rows.map((row) => row.personId),
  )
  const rendered = [...variables.values()].map((person) => ({ person, text: template.render(person) })).filter(({ text }) => text.missing.length === 0)
  const first = rendered[0]
  if (!first) return { averageParts: 1, maximumParts: 1, sample: null, problems: [] }
  const parts = rendered.map(({ text }) => text.parts)
  const longest = rendered.reduce((most, each) => (each.text.units > most.text.units ? each : most), first)
  return {
    averageParts: parts.reduce((sum, each) => sum + each, 0) / parts.length,
    maximumParts: parts.reduce((most, each) => Math.max(most, each), 1),
    // Whoever may plan campaigns need not be one who may see personal data. Measured is the text as it is sent.
    sample: template.render(withoutPersonal(longest.person, await personalAttributes(ctx))),
    problems: first.text.problems.map((problem) => ({ ...problem, blocking: false })),
  }
}

/** Share of the audience that did the goal event in a window of the same length before now: what the control group is expected to do. */
async function baseRate(ctx: Context, campaign: CampaignRow, rule: Rule, audience: number): Promise<number> {
  if (audience === 0) return 0
  const did: Rule = {
    kind: 'event',
    event: campaign.goal.event,
    filters: [],
    measure: { kind: 'times' },
    comparison: { operator: 'atLeast', values: [1] },
    window: { kind: 'last', amount: campaign.goal.windowDays, unit: 'day' },
  }
  const { count } = await countRule(ctx, { kind: 'all', rules: [rule, did] }, { exact: true })
  return count / audience
}

function planProblems(
  row: CampaignRow,
  { policy }: LaunchParts,
  { recipients, control, costFen }: { recipients: number; control: number; costFen: number },
): CampaignEstimate['problems'] {
  const problems: CampaignEstimate['problems'] = []
  if (recipients === 0)
    problems.push({ at: 'segmentId', zh: '按当前设置没有人会收到，请看拦截原因', en: 'Nobody would get it; see the reasons', blocking: true })
  if (row.budgetFen !== null && costFen > row.budgetFen)
    problems.push({
      at: 'budgetFen',
      zh: `预计费用 ¥${(costFen / 100).toFixed(2)} 超过预算 ¥${(row.budgetFen / 100).toFixed(2)}`,
      en: 'The estimated cost exceeds the budget',
      blocking: true,
    })
  if (row.controlPercent === 0 || control === 0)
    problems.push({
      at: 'controlPercent',
      zh: '没有对照组，活动结束后无法判断真实效果',
      en: 'Without a control group the effect can not be judged',
      blocking: false,
    })
  if (!policy.quietHours.enabled) problems.push({ at: 'quietHours', zh: '免打扰时段未启用', en: 'Quiet hours are off', blocking: false })
  return problems
}
