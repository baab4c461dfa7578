import { sql } from 'kysely'
import type { LocaleText } from '../../../../contracts/common.ts'
import {
  FeedbackKey,
  feedbackKeys,
  preferenceKeys,
  PreferenceKey,
  PreferenceSettings,
  type BuiltInTag,
  type RuleTag,
  type TagCase,
} from '../../../../contracts/tag-rules.ts'
import { TagInput } from '../../../../contracts/tags.ts'
import { mutate, type Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import { createTag, listTags } from '../../tags/index.ts'
import { checkCases, storeTagRule, type NewTagRule } from '../tag-rules/save-tag-rule.ts'
import { listTagRules, readTagRule } from '../tag-rules/tag-rule-row.ts'
import { feedbackPresets } from './feedback-presets.ts'
import { preferenceDefinitions } from './preference-definitions.ts'
import { proposeSettings, readEventProperties, type EventProperties } from './propose-settings.ts'

const dailyMinutes = 1_440

/** Every built-in tag with what the data lacks for it, and the tag where it is switched on. */
export async function listBuiltInTags(ctx: Context): Promise<BuiltInTag[]> {
  const [events, rules, { items: tags }] = await Promise.all([readEventProperties(ctx), listTagRules(ctx), listTags(ctx, { state: 'all' })])
  const proposals = proposeSettings(events, 'zh')
  const on = (key: string) => {
    const rule = rules.find(({ preset }) => preset === key) ?? null
    return { rule, tag: tags.find(({ id }) => id === rule?.tagId) ?? null }
  }
  return [
    ...preferenceKeys.map((key): BuiltInTag => {
      const { label, description } = preferenceDefinitions[key]
      return { group: 'preference', key, label, description, proposed: proposals[key].settings, missing: proposals[key].missing, ...on(key) }
    }),
    ...feedbackKeys.map((key): BuiltInTag => {
      const { label, description, rule } = feedbackPresets[key]
      const found = rule(events)
      return { group: 'feedback', key, label, description, proposed: null, missing: 'missing' in found ? [found.missing] : [], ...on(key) }
    }),
  ]
}

interface SwitchOn {
  key: PreferenceKey | FeedbackKey
  settings: Partial<PreferenceSettings>
  locale: 'zh' | 'en'
}

/**
 * Switches a built-in tag on, with a tag of its own, or changes from what it is computed. Once on, the same call changes the settings.
 * @throws `precondition` that says what the data lacks, `validation` for settings that name no event or lack a property
 */
export async function switchOnTag(ctx: Context, { key, settings, locale }: SwitchOn): Promise<RuleTag> {
  const events = await readEventProperties(ctx)
  const known = (await listTagRules(ctx)).find(({ preset }) => preset === key)
  const rule = FeedbackKey.safeParse(key).success
    ? feedbackRule(key as FeedbackKey, events)
    : preferenceRule(key as PreferenceKey, { events, settings, locale, before: known?.settings ?? null })
  await checkCases(ctx, rule.cases)
  const tagId = known?.tagId ?? (await createBuiltIn(ctx, { key, locale: rule.settings?.locale ?? locale }))
  await mutate(ctx, { action: 'tag.switchOn', targetKind: 'tag', targetId: tagId, detail: { key } }, async (tx) => {
    // The rule of a tag that was deleted since: it is switched on anew.
    await sql`
      delete from tag_rules where workspace_id = ${ctx.workspaceId} and preset = ${key} and tag_id <> ${tagId}::uuid`.execute(tx)
    await storeTagRule(tx, ctx, { tagId, rule })
  })
  ctx.platform.jobs.wake('tag rules')
  return readTagRule(ctx, tagId)
}

function feedbackRule(key: FeedbackKey, events: readonly EventProperties[]): NewTagRule {
  const rule = feedbackPresets[key].rule(events)
  if ('missing' in rule) throw lacking([rule.missing])
  const cases: TagCase[] = [{ value: '', rule }]
  return { source: 'feedback', preset: key, cases, settings: null, leaving: 'take', live: true, refreshMinutes: dailyMinutes }
}

interface PreferenceAsk {
  events: readonly EventProperties[]
  settings: Partial<PreferenceSettings>
  locale: 'zh' | 'en'
  before: PreferenceSettings | null
}

function preferenceRule(key: PreferenceKey, { events, settings, locale, before }: PreferenceAsk): NewTagRule {
  const proposal = proposeSettings(events, locale)[key]
  const { needs, ofOneEvent, days, eventsMin } = preferenceDefinitions[key]
  if (proposal.settings === null && Object.keys(settings).length === 0 && before === null) throw lacking(proposal.missing)
  // The language of the values stays once people have them.
  const merged = PreferenceSettings.parse({ days, eventsMin, locale, ...(before ?? proposal.settings), ...settings, ...(before && { locale: before.locale }) })
  if (ofOneEvent && !events.some(({ event }) => event === merged.event))
    throw wrongSetting('event', { zh: '请选择一个有数据的事件', en: 'Choose an event that has data' })
  for (const need of needs) if (merged[need] === undefined) throw wrongSetting(need, { zh: '请选择一个属性', en: 'Choose a property' })
  return { source: 'preference', preset: key, cases: [], settings: merged, leaving: 'take', live: false, refreshMinutes: dailyMinutes }
}

async function createBuiltIn(ctx: Context, { key, locale }: { key: PreferenceKey | FeedbackKey; locale: 'zh' | 'en' }): Promise<string> {
  const preference = PreferenceKey.safeParse(key)
  const { label, description } = preference.success ? preferenceDefinitions[preference.data] : feedbackPresets[key as FeedbackKey]
  const values = preference.success ? [...preferenceDefinitions[preference.data].values[locale]] : []
  const input = (name: string) =>
    TagInput.parse({
      name,
      description: description[locale],
      values,
      kind: preference.success ? 'value' : 'flag',
      many: false,
      colour: preference.success ? 'cyan' : 'purple',
      ownerId: ctx.actor.kind === 'user' ? ctx.actor.userId : null,
    })
  try {
    return (await createTag(ctx, input(label[locale]))).id
  } catch (error) {
    if (!(error instanceof AppError) || error.errorName !== 'conflict') throw error
    // A tag of that name is somebody's own.
    return (await createTag(ctx, input(`${label[locale]}${locale === 'zh' ? '（自动计算）' : ' (computed)'}`))).id
  }
}

function lacking(missing: readonly LocaleText[]): AppError {
  const [first = { zh: '缺少数据', en: 'The data is missing' }] = missing
  return new AppError('precondition', { ...first })
}

function wrongSetting(name: string, words: LocaleText): AppError {
  return new AppError('validation', { ...words, problems: [{ at: `body.settings.${name}`, ...words }] })
}
