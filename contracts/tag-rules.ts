import { z } from 'zod'
import { Done, Instant, LocaleText, pageOf, PageQuery, Uuid, WorkspaceParams, WorkspaceUuidParams } from './common.ts'
import { EventName, FieldKey, Rule } from './rule.ts'
import { defineRoute, needs } from './http.ts'
import { Tag, TagValue } from './tags.ts'

/** Tags that are given and taken by a rule, and the built-in ones: preferences computed for everyone and what campaigns brought. */
export const tagRuleLimits = { casesMax: 30, refreshMinutesMin: 10, refreshMinutesMax: 10_080, windowDaysMax: 1_095 } as const

/** One value and who gets it; of several the first that holds. A flag has one case, with the empty value. */
export const TagCase = z.object({ value: TagValue, rule: Rule })
export type TagCase = z.infer<typeof TagCase>

/** What becomes of the tag when its rule holds no longer: `take` it away, or let it `stay` (then as long as the tag says). */
export const TagLeaving = z.enum(['take', 'stay'])

export const preferenceKeys = [
  'favouriteCategory',
  'priceSensitivity',
  'activeHour',
  'activeWeekday',
  'bestChannel',
  'couponAffinity',
  'discountShare',
] as const
export const PreferenceKey = z.enum(preferenceKeys)
export type PreferenceKey = z.infer<typeof PreferenceKey>

/** From which data a preference is computed. What a preference does not need is left out. */
export const PreferenceSettings = z.object({
  event: EventName.optional().describe('whose properties are read; left out where every event of people counts'),
  category: FieldKey.optional().describe('the property with the category'),
  price: FieldKey.optional().describe('the property with the price; `amount` is the money of the event'),
  coupon: FieldKey.optional().describe('the property that is set where a coupon was used'),
  discount: FieldKey.optional().describe('the property with the money taken off'),
  days: z.int().min(7).max(tagRuleLimits.windowDaysMax).describe('how far back events count'),
  eventsMin: z.int().min(1).max(100).describe('people with fewer of them get no value'),
  locale: z.enum(['zh', 'en']).describe('the language of the values'),
})
export type PreferenceSettings = z.infer<typeof PreferenceSettings>

export const feedbackKeys = ['clicked', 'replied', 'ignoredThrice', 'boughtAfterMessage', 'boughtAfterCoupon'] as const
export const FeedbackKey = z.enum(feedbackKeys)
export type FeedbackKey = z.infer<typeof FeedbackKey>

export const TagRuleRun = z.object({
  id: Uuid,
  cause: z.enum(['schedule', 'asked', 'saved']),
  state: z.enum(['running', 'finished', 'failed']),
  people: z.int().nullable().describe('whom the rule held'),
  given: z.int().describe('tags given'),
  taken: z.int().describe('tags taken away'),
  error: LocaleText.nullable(),
  startedAt: Instant,
  finishedAt: Instant.nullable(),
  tookMs: z.int().nullable(),
})
export type TagRuleRun = z.infer<typeof TagRuleRun>

export const RuleTag = z.object({
  tagId: Uuid,
  tagName: z.string(),
  source: z.enum(['rule', 'preference', 'feedback']),
  preset: z.string().nullable().describe('which of the built-in ones it is'),
  cases: z.array(TagCase).describe('empty for a preference'),
  sentences: z.array(LocaleText).describe('the cases in words'),
  settings: PreferenceSettings.nullable(),
  leaving: TagLeaving,
  live: z.boolean().describe('also within seconds of an event that the rule names'),
  refreshMinutes: z.int(),
  pausedAt: Instant.nullable(),
  nextRunAt: Instant.nullable(),
  lastRun: TagRuleRun.nullable(),
  liveAt: Instant.nullable().describe('when an event last changed somebody’s tag'),
  liveGiven: z.int(),
  liveTaken: z.int(),
  createdBy: z.string().nullable(),
  updatedAt: Instant,
})
export type RuleTag = z.infer<typeof RuleTag>

export const TagRuleInput = z.object({
  cases: z.array(TagCase).min(1).max(tagRuleLimits.casesMax),
  leaving: TagLeaving.default('take'),
  live: z.boolean().default(false),
  refreshMinutes: z.int().min(tagRuleLimits.refreshMinutesMin).max(tagRuleLimits.refreshMinutesMax).default(1_440),
})
export type TagRuleInput = z.output<typeof TagRuleInput>

const PreviewPerson = z.object({ personId: z.int(), name: z.string().nullable(), value: z.string() })
/** Who would get and lose the tag if the rule ran now. */
export const TagRulePreview = z.object({
  people: z.int().describe('whom the rule holds'),
  values: z.array(z.object({ value: z.string(), people: z.int() })),
  given: z.int(),
  taken: z.int(),
  byHand: z.int().describe('people who have the tag by other ways and keep it as it is'),
  gets: z.array(PreviewPerson).describe('some of them'),
  loses: z.array(PreviewPerson),
  tookMs: z.int(),
})
export type TagRulePreview = z.infer<typeof TagRulePreview>

/** A built-in tag: what it means, whether the data carries it, and the tag when it is switched on. */
export const BuiltInTag = z.object({
  group: z.enum(['preference', 'feedback']),
  key: z.union([PreferenceKey, FeedbackKey]),
  label: LocaleText,
  description: LocaleText,
  proposed: PreferenceSettings.nullable().describe('from the events and properties there are; null when it has none'),
  missing: z.array(LocaleText).describe('what the data lacks; it can be switched on when this is empty'),
  tag: Tag.nullable(),
  rule: RuleTag.nullable(),
})
export type BuiltInTag = z.infer<typeof BuiltInTag>

export const TagDay = z.object({ day: z.iso.date(), people: z.int() })

const base = '/api/workspaces/:workspaceId'
export const tagRuleRoutes = {
  listTagRules: defineRoute({
    method: 'GET',
    path: `${base}/tag-rules`,
    access: needs('audience.read'),
    summary: 'Tags that a rule gives, by name',
    params: WorkspaceParams,
    answer: z.object({ items: z.array(RuleTag) }),
  }),
  readTagRule: defineRoute({
    method: 'GET',
    path: `${base}/tags/:id/rule`,
    access: needs('audience.read'),
    summary: 'The rule of a tag; null when it has none',
    params: WorkspaceUuidParams,
    answer: z.object({ rule: RuleTag.nullable() }),
  }),
  saveTagRule: defineRoute({
    method: 'PUT',
    path: `${base}/tags/:id/rule`,
    access: needs('audience.write'),
    summary: 'Give a tag a rule, or change it; it runs at once in the background',
    params: WorkspaceUuidParams,
    body: TagRuleInput,
    answer: RuleTag,
  }),
  deleteTagRule: defineRoute({
    method: 'DELETE',
    path: `${base}/tags/:id/rule`,
    access: needs('audience.write'),
    summary: 'Take the rule from a tag; who has the tag keeps it',
    params: WorkspaceUuidParams,
    answer: Done,
  }),
  previewTagRule: defineRoute({
    method: 'POST',
    path: `${base}/tags/:id/rule-previews`,
    access: needs('audience.read'),
    readOnly: true,
    summary: 'Who would get and lose the tag by a rule',
    params: WorkspaceUuidParams,
    body: TagRuleInput.pick({ cases: true, leaving: true }),
    answer: TagRulePreview,
  }),
  runTagRule: defineRoute({
    method: 'POST',
    path: `${base}/tags/:id/rule-runs`,
    access: needs('audience.write'),
    summary: 'Run the rule of a tag now, in the background',
    params: WorkspaceUuidParams,
    answer: RuleTag,
  }),
  pauseTagRule: defineRoute({
    method: 'POST',
    path: `${base}/tags/:id/rule-pause`,
    access: needs('audience.write'),
    summary: 'Pause the rule of a tag, or let it go on',
    params: WorkspaceUuidParams,
    body: z.object({ paused: z.boolean() }),
    answer: RuleTag,
  }),
  listTagRuleRuns: defineRoute({
    method: 'GET',
    path: `${base}/tags/:id/rule-runs`,
    access: needs('audience.read'),
    summary: 'Runs of the rule of a tag, newest first',
    params: WorkspaceUuidParams,
    query: PageQuery,
    answer: pageOf(TagRuleRun),
  }),
  readTagDays: defineRoute({
    method: 'GET',
    path: `${base}/tags/:id/days`,
    access: needs('people.read'),
    summary: 'How many people had a tag at the end of each day',
    params: WorkspaceUuidParams,
    query: z.object({ days: z.coerce.number().int().min(7).max(730).default(90) }),
    answer: z.object({ items: z.array(TagDay) }),
  }),
  listBuiltInTags: defineRoute({
    method: 'GET',
    path: `${base}/built-in-tags`,
    access: needs('audience.read'),
    summary: 'Built-in tags: preferences and feedback from campaigns, with what the data lacks for each',
    params: WorkspaceParams,
    answer: z.object({ items: z.array(BuiltInTag) }),
  }),
  switchOnTag: defineRoute({
    method: 'POST',
    path: `${base}/built-in-tags`,
    access: needs('audience.write'),
    summary: 'Switch a built-in tag on, or change from what it is computed',
    params: WorkspaceParams,
    body: z.object({
      key: z.union([PreferenceKey, FeedbackKey]),
      settings: PreferenceSettings.partial().default({}).describe('what is left out is as proposed'),
      locale: z.enum(['zh', 'en']).default('zh').describe('the language of the tag’s name'),
    }),
    answer: RuleTag,
  }),
}
