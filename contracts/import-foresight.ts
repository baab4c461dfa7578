import { z } from 'zod'
import { Instant, LocaleText } from './common.ts'
import { Problem } from './errors.ts'
import { ImportSetup } from './import-setup.ts'

/* ---------- dry run ---------- */

/** What would become of a row. */
export const dryRunOutcomes = ['new', 'changed', 'unchanged', 'skipped', 'merged', 'conflicting', 'duplicate', 'invalid'] as const
export const DryRunOutcome = z.enum(dryRunOutcomes)
export type DryRunOutcome = z.infer<typeof DryRunOutcome>
export const dryRunOutcomeLabels: Record<DryRunOutcome, LocaleText> = {
  new: { zh: '新增', en: 'New' },
  changed: { zh: '会改变', en: 'Changed' },
  unchanged: { zh: '无变化', en: 'Unchanged' },
  skipped: { zh: '跳过（已存在）', en: 'Skipped (there already)' },
  merged: { zh: '会合并两位客户', en: 'Joins two people' },
  conflicting: { zh: '有冲突（待人工判断）', en: 'Conflicting (for a person to decide)' },
  duplicate: { zh: '重复', en: 'Duplicate' },
  invalid: { zh: '无法导入', en: 'Invalid' },
}
export const DryRunExample = z.object({
  outcome: DryRunOutcome,
  row: z.int().describe('line number in the file, from 1'),
  values: z.array(z.string()).describe('masked without the permission people.reveal'),
  problems: z.array(Problem),
  personIds: z.array(z.int()).describe('people it is about, as far as they exist'),
  changes: z.array(z.object({ key: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
})
export type DryRunExample = z.infer<typeof DryRunExample>
export const DryRun = z.object({
  state: z.enum(['running', 'cancelled', 'finished', 'failed']),
  setup: ImportSetup,
  rowsRead: z.int(),
  rowsEstimated: z.int(),
  rowsMax: z.int().nullable().describe('it stops after so many rows; null reads the whole file'),
  isWhole: z.boolean().describe('the whole file was looked at'),
  rowsPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  counts: z.record(DryRunOutcome, z.int()).describe('rows by what would become of them; they add up to rowsRead'),
  missing: z.array(z.object({ column: z.int(), header: z.string(), field: z.string(), rows: z.int() })).describe('rows in which a mapped column is empty'),
  problems: z.array(z.object({ at: z.string(), zh: z.string(), en: z.string(), rows: z.int() })).describe('kinds of problems, most frequent first'),
  examples: z.array(DryRunExample),
  error: LocaleText.nullable(),
  startedAt: Instant,
  finishedAt: Instant.nullable(),
})
export type DryRun = z.infer<typeof DryRun>

/* ---------- undo ---------- */

/** What an undo takes back, in a preview as it would, while running as it has so far. */
export const UndoCounts = z.object({
  peopleRemoved: z.int().describe('created by the import and touched by nobody since'),
  peopleKept: z.int().describe('created by the import, but used since: they stay, without what only the import said'),
  peopleRestored: z.int().describe('were there before: attributes go back to what they were, unless said again since'),
  identitiesRemoved: z.int(),
  tagsRemoved: z.int(),
  consentsReversed: z.int().describe('consents the import granted; withdrawals stay'),
  eventsRemoved: z.int(),
})
export type UndoCounts = z.infer<typeof UndoCounts>
export const ImportUndo = z.object({
  isPossible: z.boolean(),
  reason: LocaleText.nullable().describe('why it is not possible'),
  state: z.enum(['running', 'finished', 'failed']).nullable(),
  planned: UndoCounts,
  done: UndoCounts,
  share: z.number().describe('0 to 1'),
  notes: z.array(LocaleText).describe('what stays, and why'),
  error: LocaleText.nullable(),
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
})
export type ImportUndo = z.infer<typeof ImportUndo>
