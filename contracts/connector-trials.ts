import { z } from 'zod'
import { Instant, LocaleText } from './common.ts'
import { Problem } from './errors.ts'

/** A mapped item as the trial of a connector shows it. */
export const ResultItem = z.object({
  type: z.enum(['identify', 'track']),
  rule: z.string(),
  identities: z.array(z.object({ namespace: z.string(), value: z.string() })),
  event: z.string().nullable(),
  time: Instant,
  amountFen: z.int().nullable(),
  attributes: z.record(z.string(), z.unknown()),
  properties: z.record(z.string(), z.unknown()),
  key: z.string().nullable().describe('what makes it the same event when it comes again'),
  version: z.string().nullable(),
})
export type ResultItem = z.infer<typeof ResultItem>
/** Whom an item would reach if it came now. */
export const ItemHit = z.object({
  outcome: z
    .enum(['new', 'known', 'merged', 'conflicting'])
    .describe('merged: it makes several people one; conflicting: one of its identities is another person’s, for somebody to decide'),
  newPerson: z.int().nullable().describe('which of the new people of this trial, from 1'),
  people: z
    .array(z.object({ personId: z.int(), name: z.string().nullable(), phone: z.string().nullable().describe('phone, or else e-mail, masked') }))
    .describe('whose it would be first, then who else is concerned; empty without people.read'),
})
export type ItemHit = z.infer<typeof ItemHit>
const hits = z.array(ItemHit).describe('of each item, in the same order')
const ExtractedValue = z.object({ at: z.string(), value: z.string().nullable() })
export const TryAnswer = z.object({
  authentication: z.object({
    ok: z.boolean(),
    given: z.string().nullable(),
    computed: z.string().nullable().describe('the signature that this sample must carry'),
    signedText: z.string().nullable().describe('what was signed, the secret shown as •••'),
    reason: LocaleText.nullable(),
  }),
  messages: z.int(),
  values: z.array(ExtractedValue),
  items: z.array(ResultItem),
  hits,
  problems: z.array(Problem),
  acknowledgement: z.string(),
  unmatched: z.int().describe('messages that no rule wants'),
})
export type TryAnswer = z.infer<typeof TryAnswer>
export const TryPullAnswer = z.object({
  ok: z.boolean(),
  tookMs: z.number(),
  error: LocaleText.nullable(),
  rows: z.array(z.unknown()).describe('at most ten; personal data masked without people.reveal, in items too'),
  items: z.array(ResultItem),
  hits,
  problems: z.array(Problem),
})
export type TryPullAnswer = z.infer<typeof TryPullAnswer>
