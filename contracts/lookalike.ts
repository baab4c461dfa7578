import { z } from 'zod'
import { Done, Instant, LocaleText, PageQuery, pageOf, Uuid, WorkspaceParams, WorkspaceUuidParams } from './common.ts'
import { defineRoute, needs } from './http.ts'
import { PersonRow } from './people.ts'

/** What finding people alike is limited to. */
export const lookalikeLimits = {
  /** Fewer people in the seed say nothing that could be told from chance. */
  seedMin: 100,
  /** People outside of the seed: whom it is told apart from, and who can be found. */
  othersMin: 200,
  modelsMax: 50,
  excludedMax: 100,
} as const

export const lookalikeStates = ['waiting', 'running', 'finished', 'failed', 'cancelled'] as const
export const LookalikeState = z.enum(lookalikeStates)
/** What a model is at, in this order. */
export const lookalikeSteps = ['sample', 'features', 'fit', 'score', 'evaluate'] as const
export const LookalikeStep = z.enum(lookalikeSteps)
export type LookalikeStep = z.infer<typeof LookalikeStep>

/** A feature that tells the seed apart, in everyday words. */
export const LookalikeDriver = z.object({
  source: z.string().describe('what it is made of, to be left out by: `attribute:city`, `event:Order Completed`, `tag:<id>`'),
  label: LocaleText,
  unit: z.enum(['share', 'times', 'days', 'yuan']).describe('of the two means: a share of people or of what they do, or a number'),
  weight: z.number().describe('of the standardised feature, in log odds; below zero makes people less alike'),
  seedMean: z.number(),
  everyoneMean: z.number(),
  contribution: z.number().describe('share of the difference between the seed and everybody that it explains'),
})
export type LookalikeDriver = z.infer<typeof LookalikeDriver>

/** What can be expected of the best so many, by the part of the seed that the model has not seen. */
export const LookalikePoint = z.object({
  size: z.int().describe('people outside of the seed'),
  share: z.number().describe('of everybody who can be found'),
  recall: z.number().describe('share of the held-out people among them'),
  lift: z.number().describe('how many times as many of the held-out people are among them as among as many people taken by chance'),
  liftLow: z.number(),
  liftHigh: z.number(),
})
export type LookalikePoint = z.infer<typeof LookalikePoint>

export const LookalikeWarning = z.object({
  kind: z.enum(['chance', 'weak', 'fewHeldOut', 'seedLarge', 'ruleFeatures', 'tooGood', 'fewFeatures']),
  text: LocaleText,
})
export type LookalikeWarning = z.infer<typeof LookalikeWarning>

export const LookalikeResult = z.object({
  at: Instant.describe('everything was read as of this moment'),
  tookSeconds: z.number(),
  seed: z.int(),
  people: z.int().describe('everybody, seed included'),
  trained: z.object({ seed: z.int(), others: z.int() }),
  heldOut: z.int(),
  features: z.int(),
  auc: z.number().describe('chance that somebody of the held-out part is ranked before somebody outside of the seed; 0.5 is chance'),
  aucLow: z.number(),
  aucHigh: z.number(),
  drivers: z.array(LookalikeDriver),
  curve: z.array(LookalikePoint),
  warnings: z.array(LookalikeWarning),
  leftOut: z.array(z.object({ source: z.string(), label: LocaleText, because: z.enum(['rule', 'asked']) })),
})
export type LookalikeResult = z.infer<typeof LookalikeResult>

export const Lookalike = z.object({
  id: Uuid,
  name: z.string(),
  seed: z.object({ segmentId: Uuid.nullable().describe('null once the segment is deleted'), name: z.string() }),
  withRuleFeatures: z.boolean().describe('whether what the rule of the seed names may be a feature'),
  excluded: z.array(z.string()),
  state: LookalikeState,
  step: LookalikeStep.nullable(),
  progress: z.number().describe('0 to 1'),
  problem: LocaleText.nullable(),
  createdBy: z.string().nullable(),
  createdAt: Instant,
  result: LookalikeResult.nullable(),
})
export type Lookalike = z.infer<typeof Lookalike>

export const LookalikePerson = z.object({
  rank: z.int(),
  likeness: z.number().describe('0 to 1; a half: as likely of the seed as of the others, were both equally many'),
  inSeed: z.boolean(),
  person: PersonRow,
})
export type LookalikePerson = z.infer<typeof LookalikePerson>

const base = '/api/workspaces/:workspaceId'
export const lookalikeRoutes = {
  listLookalikes: defineRoute({
    method: 'GET',
    path: `${base}/lookalikes`,
    access: needs('audience.read'),
    summary: 'Models of people alike, the newest first',
    params: WorkspaceParams,
    answer: z.object({ items: z.array(Lookalike) }),
  }),
  startLookalike: defineRoute({
    method: 'POST',
    path: `${base}/lookalikes`,
    access: needs('audience.write'),
    summary: 'Begin to find people like those of a segment; works in the background',
    params: WorkspaceParams,
    body: z.object({
      seedSegmentId: Uuid,
      name: z.string().trim().min(1).max(80).optional().describe('the seed’s name and the day when left out'),
      withRuleFeatures: z.boolean().default(false),
      excluded: z.array(z.string().max(300)).max(lookalikeLimits.excludedMax).default([]).describe('sources of features that are left out'),
    }),
    answer: Lookalike,
  }),
  readLookalike: defineRoute({
    method: 'GET',
    path: `${base}/lookalikes/:id`,
    access: needs('audience.read'),
    summary: 'One model: how far it is, or how good it is and what drives it',
    params: WorkspaceUuidParams,
    answer: Lookalike,
  }),
  cancelLookalike: defineRoute({
    method: 'POST',
    path: `${base}/lookalikes/:id/cancel`,
    access: needs('audience.write'),
    summary: 'Stop a model that is being made',
    params: WorkspaceUuidParams,
    answer: Lookalike,
  }),
  deleteLookalike: defineRoute({
    method: 'DELETE',
    path: `${base}/lookalikes/:id`,
    access: needs('audience.write'),
    summary: 'Delete a model and its ranking; segments that were kept from it stay',
    params: WorkspaceUuidParams,
    answer: Done,
  }),
  listLookalikePeople: defineRoute({
    method: 'GET',
    path: `${base}/lookalikes/:id/people`,
    access: needs('people.read'),
    summary: 'People, the most alike first',
    params: WorkspaceUuidParams,
    query: PageQuery.extend({ seed: z.enum(['without', 'with']).default('without').describe('whether people of the seed are among them') }),
    answer: pageOf(LookalikePerson),
  }),
}
