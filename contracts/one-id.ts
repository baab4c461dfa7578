import { z } from 'zod'
import { Instant, LocaleText, pageOf, PageQuery, PersonId, WorkspaceParams, WorkspacePersonParams } from './common.ts'
import { defineRoute, needs } from './http.ts'
import { HeldIdentity, MergePreview, SplitPreview } from './merge-previews.ts'

/** Why two people became one: a rule linked them by an identity, an `alias` call did, or somebody decided. */
export const MergeReason = z.enum(['linked', 'alias', 'manual', 'conflict', 'suggestion'])
export type MergeReason = z.infer<typeof MergeReason>
export const mergeReasonLabels: Record<MergeReason, LocaleText> = {
  linked: { zh: '标识自动关联', en: 'Linked by an identity' },
  alias: { zh: '别名上报', en: 'Alias reported' },
  manual: { zh: '手动合并', en: 'Merged by hand' },
  conflict: { zh: '处理冲突', en: 'Conflict decided' },
  suggestion: { zh: '确认疑似重复', en: 'Suggestion confirmed' },
}

export const PersonMerge = z.object({
  mergeId: z.int(),
  keptId: z.int().describe('whom it went to then'),
  personId: z.int().describe('who that is today'),
  mergedId: z.int(),
  keptName: z.string().nullable(),
  mergedName: z.string().nullable(),
  reason: MergeReason,
  namespace: z.string().nullable().describe('namespace of the identity that linked them'),
  decidedBy: z.string().nullable(),
  mergedAt: Instant,
  undoneAt: Instant.nullable(),
  undoneBy: z.string().nullable(),
})
export type PersonMerge = z.infer<typeof PersonMerge>

const ConflictState = z.enum(['open', 'decided'])
/** same: one person, merge them · different: two people, never ask again · other: the identity belongs to the other · shared: it belongs to many, link nobody by it. */
export const ConflictDecision = z.enum(['same', 'different', 'other', 'shared'])
export type ConflictDecision = z.infer<typeof ConflictDecision>

const ConflictRow = z.object({
  conflictId: z.int(),
  state: ConflictState,
  namespace: z.string(),
  namespaceLabel: LocaleText,
  value: z.string().describe('masked for phone and e-mail'),
  keptPersonId: z.int().describe('who the item went to'),
  keptName: z.string().nullable(),
  otherPersonId: z.int().describe('who has the identity'),
  otherName: z.string().nullable(),
  limitNamespace: z.string().nullable().describe('the namespace whose limit a merge would break'),
  seenAt: Instant,
  decision: ConflictDecision.nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: Instant.nullable(),
})
export const IdentityConflict = ConflictRow
export type IdentityConflict = z.infer<typeof IdentityConflict>

export const SuggestionState = z.enum(['open', 'merged', 'dismissed'])
/** How one field of two people compares: `similarity` 0 to 1; `weight` is what it adds to the score, in bits, negative when it speaks against. */
const Comparison = z.object({
  field: z.enum(['name', 'address', 'birthDate', 'phone', 'email']),
  left: z.string().nullable(),
  right: z.string().nullable(),
  similarity: z.number().nullable(),
  weight: z.number(),
})
export const MergeSuggestion = z.object({
  suggestionId: z.int(),
  state: SuggestionState,
  leftId: z.int(),
  leftName: z.string().nullable(),
  rightId: z.int(),
  rightName: z.string().nullable(),
  score: z.number().describe('sum of the weights, in bits'),
  likelihood: z.enum(['high', 'medium']),
  comparisons: z.array(Comparison),
  foundAt: Instant,
  decidedBy: z.string().nullable(),
  decidedAt: Instant.nullable(),
})
export type MergeSuggestion = z.infer<typeof MergeSuggestion>

const fieldKeys = z.array(z.string().min(1).max(64)).max(10)
/** Which attributes hold what is compared, in the order they are joined. Empty lists: the field is not compared. */
export const SuggestionSettings = z.object({
  enabled: z.boolean().describe('searched for every night'),
  name: fieldKeys,
  address: fieldKeys,
  birthDate: fieldKeys,
  scoreMin: z.number().min(0).max(100).describe('pairs below are not shown'),
})
export type SuggestionSettings = z.infer<typeof SuggestionSettings>
export const SuggestionSearch = SuggestionSettings.extend({
  running: z.boolean(),
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  peopleCompared: z.int(),
  pairsFound: z.int(),
  error: z.string().nullable(),
})
export type SuggestionSearch = z.infer<typeof SuggestionSearch>

const Pair = z.object({ keptId: PersonId, mergedId: PersonId })
const IdentityRefs = z.object({
  identities: z
    .array(z.object({ namespace: z.string().max(32), key: z.guid() }))
    .min(1)
    .max(200),
})
const DecisionOutcome = z.object({ decided: z.int(), failed: z.array(z.object({ id: z.int(), zh: z.string(), en: z.string() })) })
export type DecisionOutcome = z.infer<typeof DecisionOutcome>
const ids = z.array(z.coerce.number().int().positive()).min(1).max(200)

const base = '/api/workspaces/:workspaceId'
const MergeParams = WorkspaceParams.extend({ mergeId: z.coerce.number().int().positive() })
const ConflictParams = WorkspaceParams.extend({ conflictId: z.coerce.number().int().positive() })
const SuggestionParams = WorkspaceParams.extend({ suggestionId: z.coerce.number().int().positive() })

export const oneIdRoutes = {
  previewMerge: defineRoute({
    method: 'POST',
    path: `${base}/person-merge-previews`,
    access: needs('people.read'),
    readOnly: true,
    summary: 'Both sides of a merge and what would come of it; either id may be a former one',
    params: WorkspaceParams,
    body: Pair,
    answer: MergePreview,
  }),
  mergePerson: defineRoute({
    method: 'POST',
    path: `${base}/person-merges`,
    access: needs('people.merge'),
    summary: 'Make two people one; `mergedId` goes on as a former id of `keptId`',
    params: WorkspaceParams,
    body: Pair,
    answer: PersonMerge,
  }),
  listMerges: defineRoute({
    method: 'GET',
    path: `${base}/person-merges`,
    access: needs('people.read'),
    summary: 'Merges, newest first',
    params: WorkspaceParams,
    query: PageQuery.extend({ reason: MergeReason.optional() }),
    answer: pageOf(PersonMerge),
  }),
  listPersonMerges: defineRoute({
    method: 'GET',
    path: `${base}/people/:personId/merges`,
    access: needs('people.read'),
    summary: 'Merges a person took part in, newest first, undone ones too',
    params: WorkspacePersonParams,
    query: PageQuery,
    answer: pageOf(PersonMerge),
  }),
  undoMerge: defineRoute({
    method: 'POST',
    path: `${base}/person-merges/:mergeId/undo`,
    access: needs('people.merge'),
    summary: 'Give both people their own life back; what was said to the kept person since stays there',
    params: MergeParams,
    answer: PersonMerge,
  }),
  listHeldIdentities: defineRoute({
    method: 'GET',
    path: `${base}/people/:personId/identities`,
    access: needs('people.read'),
    summary: 'Identities of a person and which merge brought each',
    params: WorkspacePersonParams,
    answer: z.object({ items: z.array(HeldIdentity) }),
  }),
  previewSplit: defineRoute({
    method: 'POST',
    path: `${base}/people/:personId/split-previews`,
    access: needs('people.read'),
    readOnly: true,
    summary: 'What would leave with chosen identities, and what cannot be told apart',
    params: WorkspacePersonParams,
    body: IdentityRefs,
    answer: SplitPreview,
  }),
  splitPerson: defineRoute({
    method: 'POST',
    path: `${base}/people/:personId/splits`,
    access: needs('people.merge'),
    summary: 'Let chosen identities leave to a new person, or to the former person they came with',
    params: WorkspacePersonParams,
    body: IdentityRefs,
    answer: z.object({ personId: z.int(), newPersonId: z.int() }),
  }),
  listConflicts: defineRoute({
    method: 'GET',
    path: `${base}/identity-conflicts`,
    access: needs('people.read'),
    summary: 'Identities two people lay claim to, newest first',
    params: WorkspaceParams,
    query: PageQuery.extend({ state: ConflictState.default('open'), namespace: z.string().max(32).optional() }),
    answer: pageOf(ConflictRow).extend({ open: z.int().describe('open ones in all, counted up to 10,000') }),
  }),
  readConflict: defineRoute({
    method: 'GET',
    path: `${base}/identity-conflicts/:conflictId`,
    access: needs('people.read'),
    summary: 'One conflict, both sides beside each other',
    params: ConflictParams,
    answer: ConflictRow.extend({ preview: MergePreview.nullable().describe('null when the two are one person by now, or one is gone') }),
  }),
  decideConflict: defineRoute({
    method: 'POST',
    path: `${base}/identity-conflicts/:conflictId/decision`,
    access: needs('people.merge'),
    summary: 'Decide a conflict; the decision is remembered',
    params: ConflictParams,
    body: z.object({ decision: ConflictDecision }),
    answer: ConflictRow,
  }),
  decideConflicts: defineRoute({
    method: 'POST',
    path: `${base}/identity-conflict-decisions`,
    access: needs('people.merge'),
    summary: 'Decide several conflicts the same way; those that cannot be are named, with the reason',
    params: WorkspaceParams,
    body: z.object({ conflictIds: ids, decision: ConflictDecision }),
    answer: DecisionOutcome,
  }),
  listSuggestions: defineRoute({
    method: 'GET',
    path: `${base}/merge-suggestions`,
    access: needs('people.read'),
    summary: 'People who look like the same, most alike first; nothing is merged without a decision',
    params: WorkspaceParams,
    query: PageQuery.extend({ state: SuggestionState.default('open') }),
    answer: pageOf(MergeSuggestion).extend({ open: z.int().describe('open ones in all, counted up to 10,000') }),
  }),
  readSuggestion: defineRoute({
    method: 'GET',
    path: `${base}/merge-suggestions/:suggestionId`,
    access: needs('people.read'),
    summary: 'One suggestion, both sides beside each other',
    params: SuggestionParams,
    answer: MergeSuggestion.extend({ preview: MergePreview.nullable().describe('null when the two are one person by now, or one is gone') }),
  }),
  decideSuggestion: defineRoute({
    method: 'POST',
    path: `${base}/merge-suggestions/:suggestionId/decision`,
    access: needs('people.merge'),
    summary: 'Confirm (merge) or dismiss a suggestion; a dismissed pair is not suggested again',
    params: SuggestionParams,
    body: z.object({ decision: z.enum(['merge', 'dismiss']), keptId: PersonId.optional().describe('whom to keep; the older person when left out') }),
    answer: MergeSuggestion,
  }),
  decideSuggestions: defineRoute({
    method: 'POST',
    path: `${base}/merge-suggestion-decisions`,
    access: needs('people.merge'),
    summary: 'Confirm or dismiss several suggestions; those that cannot be are named, with the reason',
    params: WorkspaceParams,
    body: z.object({ suggestionIds: ids, decision: z.enum(['merge', 'dismiss']) }),
    answer: DecisionOutcome,
  }),
  readSuggestionSearch: defineRoute({
    method: 'GET',
    path: `${base}/merge-suggestion-search`,
    access: needs('people.read'),
    summary: 'How duplicates are searched for, and how far the search is',
    params: WorkspaceParams,
    answer: SuggestionSearch,
  }),
  updateSuggestionSearch: defineRoute({
    method: 'PUT',
    path: `${base}/merge-suggestion-search`,
    access: needs('people.merge'),
    summary: 'Say which attributes are compared, and whether every night',
    params: WorkspaceParams,
    body: SuggestionSettings,
    answer: SuggestionSearch,
  }),
  startSuggestionSearch: defineRoute({
    method: 'POST',
    path: `${base}/merge-suggestion-searches`,
    access: needs('people.merge'),
    summary: 'Search for duplicates now',
    params: WorkspaceParams,
    body: z.object({ scope: z.enum(['changed', 'all']).default('changed') }),
    answer: SuggestionSearch,
  }),
}
