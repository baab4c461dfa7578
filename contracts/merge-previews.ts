import { z } from 'zod'
import { Instant, LocaleText } from './common.ts'
import { AttributeType, AttributeValue, Channel, ConsentState } from './people.ts'

/** An identity as staff see it; `key` names it without telling it. `mergeId`: the merge that brought it to the person, null for one's own. */
export const HeldIdentity = z.object({
  namespace: z.string(),
  key: z.guid(),
  value: z.string().describe('masked for phone and e-mail'),
  firstSeenAt: Instant,
  mergeId: z.int().nullable(),
})
export type HeldIdentity = z.infer<typeof HeldIdentity>

const HeldValue = z.object({ value: AttributeValue.or(z.array(z.string())), at: Instant.nullable() })

/** One side of a merge or conflict: who the person is, how much hangs on them. Phone and e-mail are masked. */
export const MergeSide = z.object({
  personId: z.int(),
  name: z.string().nullable(),
  phone: z.string().nullable(),
  email: z.string().nullable(),
  createdAt: Instant,
  identities: z.array(HeldIdentity),
  attributes: z.array(
    z.object({ key: z.string(), label: LocaleText, type: AttributeType, value: AttributeValue.or(z.array(z.string())), at: Instant.nullable() }),
  ),
  consents: z.array(z.object({ channel: Channel, purpose: z.string(), state: ConsentState, at: Instant })),
  counts: z.object({ events: z.int(), orders: z.int(), amountFen: z.int(), messages: z.int(), replies: z.int() }),
  lastEventAt: Instant.nullable(),
})
export type MergeSide = z.infer<typeof MergeSide>

const Side = z.enum(['kept', 'merged'])

/** What a merge would make. `why` of an attribute: only one side has it, both say the same, the newer wins, what was said outright over what only filled a gap, or at equal times the kept side. */
export const MergePreview = z.object({
  kept: MergeSide,
  merged: MergeSide,
  attributes: z.array(
    z.object({
      key: z.string(),
      label: LocaleText,
      type: AttributeType,
      kept: HeldValue.nullable(),
      merged: HeldValue.nullable(),
      wins: Side,
      why: z.enum(['onlySide', 'same', 'newer', 'saidOutright', 'keptAtEqualTime', 'keptHasOne']),
    }),
  ),
  consents: z.array(
    z.object({
      channel: Channel,
      purpose: z.string(),
      state: ConsentState,
      at: Instant,
      wins: Side,
      why: z.enum(['onlySide', 'same', 'newer', 'withdrawalAtEqualTime']),
    }),
  ),
  limits: z
    .array(z.object({ namespace: z.string(), label: LocaleText, max: z.int(), count: z.int() }))
    .describe('limits the merge would break; it is allowed all the same when staff decide so'),
  keptApart: z.object({ decidedAt: Instant, decidedBy: z.string().nullable() }).nullable().describe('somebody once decided that these are two people'),
})
export type MergePreview = z.infer<typeof MergePreview>

/** Who leaves and who stays. What cannot be told apart stays: events under the kept person's own id, consents and messages that no merge brought. */
export const SplitPreview = z.object({
  personId: z.int(),
  leaving: z.array(HeldIdentity),
  staying: z.array(HeldIdentity),
  formerPersonId: z.int().nullable().describe('the person who comes back; null: a new one is made'),
  mergeIds: z.array(z.int()).describe('merges that are undone by it'),
  eventsLeaving: z.int(),
  eventsStaying: z.int(),
  notes: z.array(LocaleText).describe('what cannot be told apart and stays'),
})
export type SplitPreview = z.infer<typeof SplitPreview>
