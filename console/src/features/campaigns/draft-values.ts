import dayjs, { type Dayjs } from 'dayjs'
import type { Campaign } from '../../../../contracts/campaigns.ts'

/** The form's own shape: yuan instead of fen, a choice of now or later. */
export interface DraftValues {
  name: string
  type: string
  segmentId: string | null
  templateId: string | null
  accountId: string | null
  controlPercent: number
  goalEvent: string
  windowDays: number
  start: 'now' | 'later'
  scheduledAt: Dayjs | null
  ignoreFrequencyCap: boolean
  budgetYuan: number | null
}

export function toValues(campaign: Campaign): DraftValues {
  const { name, type, segmentId, templateId, accountId, controlPercent, ignoreFrequencyCap, goal, scheduledAt, budgetFen } = campaign
  return {
    name,
    type,
    segmentId,
    templateId,
    accountId,
    controlPercent,
    ignoreFrequencyCap,
    goalEvent: goal.event,
    windowDays: goal.windowDays,
    start: scheduledAt === null ? 'now' : 'later',
    scheduledAt: scheduledAt === null ? null : dayjs(scheduledAt),
    budgetYuan: budgetFen === null ? null : budgetFen / 100,
  }
}

export function fromValues(values: DraftValues) {
  const { name, type, controlPercent, ignoreFrequencyCap, goalEvent, windowDays, start, scheduledAt, budgetYuan } = values
  return {
    name,
    type,
    segmentId: values.segmentId ?? null,
    templateId: values.templateId ?? null,
    accountId: values.accountId ?? null,
    controlPercent,
    ignoreFrequencyCap,
    goal: { event: goalEvent, windowDays },
    scheduledAt: start === 'later' && scheduledAt ? scheduledAt.toISOString() : null,
    budgetFen: budgetYuan === null || budgetYuan === undefined ? null : Math.round(budgetYuan * 100),
  }
}
