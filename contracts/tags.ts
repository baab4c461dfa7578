import { z } from 'zod'
import { Done, Instant, LocaleText, pageOf, PageQuery, PersonId, Uuid, WorkspaceParams, WorkspacePersonParams, WorkspaceUuidParams } from './common.ts'
import { defineRoute, needs } from './http.ts'
import { PeopleQuery } from './people.ts'
import { Rule } from './rule.ts'

/** What tags are limited to. */
export const tagLimits = { tagsMax: 2_000, categoriesMax: 200, categoryDepthMax: 4, valuesMax: 500, valueLengthMax: 100, peopleAtOnceMax: 5_000 } as const

/** The categories proposed to a workspace that has none, with what belongs there. */
export const proposedCategories = [
  {
    key: 'behaviour',
    label: { zh: '行为', en: 'Behaviour' },
    hint: { zh: '做过什么：浏览、加购、签到', en: 'What people did: viewed, added to cart, checked in' },
  },
  { key: 'interest', label: { zh: '兴趣', en: 'Interest' }, hint: { zh: '偏好什么：品类、品牌、内容', en: 'What they like: categories, brands, content' } },
  {
    key: 'lifecycle',
    label: { zh: '生命周期', en: 'Lifecycle' },
    hint: { zh: '处在哪个阶段：新客、活跃、沉睡', en: 'Where they stand: new, active, dormant' },
  },
  { key: 'value', label: { zh: '价值', en: 'Value' }, hint: { zh: '价值高低：高净值、价格敏感', en: 'What they are worth: high spenders, bargain hunters' } },
  { key: 'scenario', label: { zh: '场景', en: 'Scenario' }, hint: { zh: '在什么场合：送礼、出差、节日', en: 'On what occasion: gifts, travel, holidays' } },
] as const
export const CategoryKey = z.enum(proposedCategories.map((category) => category.key) as ['behaviour', 'interest', 'lifecycle', 'value', 'scenario'])

export const TagCategory = z.object({
  id: Uuid,
  parentId: Uuid.nullable(),
  key: CategoryKey.nullable().describe('which of the proposed ones it is'),
  name: z.string(),
  tags: z.int().describe('tags right in it, without retired ones'),
})
export type TagCategory = z.infer<typeof TagCategory>

export const tagColours = ['grey', 'red', 'orange', 'gold', 'green', 'cyan', 'blue', 'purple', 'magenta'] as const
export const TagColour = z.enum(tagColours)
export type TagColour = z.infer<typeof TagColour>

/** `flag`: has it or not. `value`: has it with a value, e.g. 偏好品类=护肤. */
export const TagKind = z.enum(['flag', 'value'])
export type TagKind = z.infer<typeof TagKind>

/** A value of a tag: trimmed, one line. Empty for a flag. */
export const TagValue = z.string().trim().max(tagLimits.valueLengthMax)

export const Tag = z.object({
  id: Uuid,
  categoryId: Uuid.nullable(),
  name: z.string(),
  description: z.string(),
  kind: TagKind,
  values: z.array(z.string()).describe('the values allowed; none means any'),
  many: z.boolean().describe('a value tag of which one person may have several values; else a new value takes the place of the old'),
  colour: TagColour,
  ownerId: Uuid.nullable(),
  ownerName: z.string().nullable(),
  expiresAfterDays: z.int().nullable().describe('how long the tag stays when nothing else is said'),
  people: z.int(),
  share: z.number().describe('of everyone in the workspace, 0 to 1'),
  countedAt: Instant.nullable().describe('null: counted within seconds'),
  topValues: z.array(z.object({ value: z.string(), people: z.int() })),
  retiredAt: Instant.nullable(),
  createdAt: Instant,
  updatedAt: Instant,
})
export type Tag = z.infer<typeof Tag>

export const TagInput = z.object({
  categoryId: Uuid.nullable().default(null),
  name: z.string().trim().min(1).max(40),
  description: z.string().trim().max(500).default(''),
  kind: TagKind.default('flag'),
  values: z.array(TagValue.min(1)).max(tagLimits.valuesMax).default([]),
  many: z.boolean().default(true),
  colour: TagColour.default('blue'),
  ownerId: Uuid.nullable().default(null),
  expiresAfterDays: z.int().min(1).max(3650).nullable().default(null),
})

export type TagInput = z.output<typeof TagInput>
export const TagPatch = z.object({
  categoryId: Uuid.nullable().optional(),
  name: TagInput.shape.name.optional(),
  description: z.string().trim().max(500).optional(),
  values: z.array(TagValue.min(1)).max(tagLimits.valuesMax).optional(),
  many: z.boolean().optional(),
  colour: TagColour.optional(),
  ownerId: Uuid.nullable().optional(),
  expiresAfterDays: z.int().min(1).max(3650).nullable().optional(),
})
export type TagPatch = z.output<typeof TagPatch>

/** Who put a tag on a person, or took it away. */
export const tagSources = ['manual', 'action', 'import', 'event', 'merge', 'rule', 'system'] as const
export const TagSource = z.string().max(32).describe('`manual`, `action` (many people at once), `import`, `event`, `merge`, or the capability that did it')

export const PersonTag = z.object({
  tagId: Uuid,
  name: z.string(),
  categoryId: Uuid.nullable(),
  colour: TagColour,
  kind: TagKind,
  value: z.string(),
  retired: z.boolean(),
  setAt: Instant,
  expiresAt: Instant.nullable(),
  source: TagSource,
  setBy: z.string().nullable(),
})
export type PersonTag = z.infer<typeof PersonTag>

export const TagChange = z.object({
  id: z.int(),
  at: Instant,
  change: z.enum(['set', 'removed', 'expired', 'moved', 'left']).describe('moved and left: with a merge of people'),
  tagId: Uuid,
  tagName: z.string(),
  personId: z.int(),
  personName: z.string().nullable(),
  value: z.string(),
  expiresAt: Instant.nullable(),
  source: TagSource,
  originId: Uuid.nullable(),
  setBy: z.string().nullable(),
})
export type TagChange = z.infer<typeof TagChange>

export const tagActionStates = ['collecting', 'running', 'finished', 'cancelled', 'failed', 'undoing', 'undone'] as const
export const TagActionState = z.enum(tagActionStates)
export const TagAction = z.object({
  id: Uuid,
  tagId: Uuid,
  tagName: z.string(),
  kind: z.enum(['add', 'remove', 'merge', 'delete']),
  value: z.string(),
  expiresAt: Instant.nullable(),
  intoTagName: z.string().nullable().describe('merge: the tag that stays'),
  state: TagActionState,
  peopleTotal: z.int().nullable().describe('null until everyone is found'),
  peopleDone: z.int(),
  peopleChanged: z.int(),
  canUndo: z.boolean(),
  error: LocaleText.nullable(),
  createdBy: z.string().nullable(),
  createdAt: Instant,
  finishedAt: Instant.nullable(),
})
export type TagAction = z.infer<typeof TagAction>

/** Whose tags change: people by id, everyone a list of people shows, or everyone of a rule. */
export const TagTargets = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('people'), personIds: z.array(z.int().positive()).min(1).max(tagLimits.peopleAtOnceMax) }),
  z.object({ kind: z.literal('query'), query: PeopleQuery.omit({ cursor: true, limit: true }) }),
  z.object({ kind: z.literal('rule'), rule: Rule }),
])
export type TagTargets = z.infer<typeof TagTargets>

const Expiry = Instant.nullable().optional().describe('null: never; left out: as the tag says')
const CategoryName = z.string().trim().min(1).max(40)

const base = '/api/workspaces/:workspaceId'
export const tagRoutes = {
  listTagCategories: defineRoute({
    method: 'GET',
    path: `${base}/tag-categories`,
    access: needs('people.read'),
    summary: 'Categories of tags, parents before children',
    params: WorkspaceParams,
    answer: z.object({ items: z.array(TagCategory) }),
  }),
  createTagCategory: defineRoute({
    method: 'POST',
    path: `${base}/tag-categories`,
    access: needs('audience.write'),
    summary: 'Create a category',
    params: WorkspaceParams,
    body: z.object({ name: CategoryName, parentId: Uuid.nullable().default(null) }),
    answer: TagCategory,
  }),
  adoptTagCategories: defineRoute({
    method: 'POST',
    path: `${base}/tag-categories/proposed`,
    access: needs('audience.write'),
    summary: 'Create the proposed categories that are missing',
    params: WorkspaceParams,
    answer: z.object({ items: z.array(TagCategory) }),
  }),
  updateTagCategory: defineRoute({
    method: 'PATCH',
    path: `${base}/tag-categories/:id`,
    access: needs('audience.write'),
    summary: 'Rename a category or put it under another',
    params: WorkspaceUuidParams,
    body: z.object({ name: CategoryName.optional(), parentId: Uuid.nullable().optional() }),
    answer: TagCategory,
  }),
  deleteTagCategory: defineRoute({
    method: 'DELETE',
    path: `${base}/tag-categories/:id`,
    access: needs('audience.write'),
    summary: 'Delete a category; what is in it goes one level up',
    params: WorkspaceUuidParams,
    answer: Done,
  }),

  listTags: defineRoute({
    method: 'GET',
    path: `${base}/tags`,
    access: needs('people.read'),
    summary: 'Tags with their coverage, the widest first',
    params: WorkspaceParams,
    query: z.object({ search: z.string().trim().max(60).optional(), state: z.enum(['active', 'retired', 'all']).default('active') }),
    answer: z.object({ items: z.array(Tag), people: z.int().describe('everyone in the workspace') }),
  }),
  createTag: defineRoute({
    method: 'POST',
    path: `${base}/tags`,
    access: needs('audience.write'),
    summary: 'Create a tag',
    params: WorkspaceParams,
    body: TagInput,
    answer: Tag,
  }),
  readTag: defineRoute({
    method: 'GET',
    path: `${base}/tags/:id`,
    access: needs('people.read'),
    summary: 'One tag',
    params: WorkspaceUuidParams,
    answer: Tag,
  }),
  updateTag: defineRoute({
    method: 'PATCH',
    path: `${base}/tags/:id`,
    access: needs('audience.write'),
    summary: 'Change a tag; its kind stays',
    params: WorkspaceUuidParams,
    body: TagPatch,
    answer: Tag,
  }),
  moveTags: defineRoute({
    method: 'POST',
    path: `${base}/tag-moves`,
    access: needs('audience.write'),
    summary: 'Put tags into a category',
    params: WorkspaceParams,
    body: z.object({ tagIds: z.array(Uuid).min(1).max(500), categoryId: Uuid.nullable() }),
    answer: Done,
  }),
  retireTag: defineRoute({
    method: 'POST',
    path: `${base}/tags/:id/retire`,
    access: needs('audience.write'),
    summary: 'Hide a tag from pickers; who has it keeps it. Refused while something uses it, unless confirmed',
    params: WorkspaceUuidParams,
    body: z.object({ confirmUsed: z.boolean().default(false) }),
    answer: Tag,
  }),
  restoreTag: defineRoute({
    method: 'POST',
    path: `${base}/tags/:id/restore`,
    access: needs('audience.write'),
    summary: 'Bring a retired tag back',
    params: WorkspaceUuidParams,
    answer: Tag,
  }),
  mergeTags: defineRoute({
    method: 'POST',
    path: `${base}/tags/:id/merge`,
    access: needs('audience.write'),
    summary: 'Move everyone of this tag to another one in the background; this one goes, and its id means the other from then on',
    params: WorkspaceUuidParams,
    body: z.object({
      intoId: Uuid,
      value: TagValue.optional().describe('a flag into a value tag: the value its people get; the name of the flag when left out'),
    }),
    answer: TagAction,
  }),
  deleteTag: defineRoute({
    method: 'POST',
    path: `${base}/tags/:id/deletion`,
    access: needs('audience.write'),
    summary: 'Take a tag from everyone and delete it, in the background; refused while something uses it. Can be undone',
    params: WorkspaceUuidParams,
    body: z.object({ confirmPeople: z.int().min(0).describe('how many people the caller was shown') }),
    answer: TagAction,
  }),
  readTagHistory: defineRoute({
    method: 'GET',
    path: `${base}/tags/:id/history`,
    access: needs('people.read'),
    summary: 'Who got and lost the tag, newest first',
    params: WorkspaceUuidParams,
    query: PageQuery,
    answer: pageOf(TagChange),
  }),

  startTagAction: defineRoute({
    method: 'POST',
    path: `${base}/tag-actions`,
    access: needs('audience.write'),
    summary: 'Tag or untag many people; some thousands by id at once, everyone of a list or rule in the background',
    params: WorkspaceParams,
    body: z.object({ tagId: Uuid, kind: z.enum(['add', 'remove']), value: TagValue.default(''), expiresAt: Expiry, targets: TagTargets }),
    answer: TagAction,
  }),
  listTagActions: defineRoute({
    method: 'GET',
    path: `${base}/tag-actions`,
    access: needs('people.read'),
    summary: 'Changes to many people, newest first',
    params: WorkspaceParams,
    query: PageQuery,
    answer: pageOf(TagAction),
  }),
  readTagAction: defineRoute({
    method: 'GET',
    path: `${base}/tag-actions/:id`,
    access: needs('people.read'),
    summary: 'One change to many people with its progress',
    params: WorkspaceUuidParams,
    answer: TagAction,
  }),
  cancelTagAction: defineRoute({
    method: 'POST',
    path: `${base}/tag-actions/:id/cancel`,
    access: needs('audience.write'),
    summary: 'Stop a running change; what was done stays and can be undone',
    params: WorkspaceUuidParams,
    answer: TagAction,
  }),
  undoTagAction: defineRoute({
    method: 'POST',
    path: `${base}/tag-actions/:id/undo`,
    access: needs('audience.write'),
    summary: 'Undo a change in the background; what was changed again since then stays',
    params: WorkspaceUuidParams,
    answer: TagAction,
  }),

  listPersonTags: defineRoute({
    method: 'GET',
    path: `${base}/people/:personId/tags`,
    access: needs('people.read'),
    summary: 'Tags of a person',
    params: WorkspacePersonParams,
    answer: z.object({ items: z.array(PersonTag) }),
  }),
  changePersonTags: defineRoute({
    method: 'PATCH',
    path: `${base}/people/:personId/tags`,
    access: needs('people.write'),
    summary: 'Give a person tags, take tags away',
    params: WorkspacePersonParams,
    body: z.object({
      set: z
        .array(z.object({ tagId: Uuid, value: TagValue.default(''), expiresAt: Expiry }))
        .max(100)
        .default([]),
      remove: z
        .array(z.object({ tagId: Uuid, value: TagValue.optional().describe('left out: whatever its value') }))
        .max(100)
        .default([]),
    }),
    answer: z.object({ items: z.array(PersonTag) }),
  }),
  readPersonTagHistory: defineRoute({
    method: 'GET',
    path: `${base}/people/:personId/tag-history`,
    access: needs('people.read'),
    summary: 'Which tags a person got and lost, newest first',
    params: WorkspaceParams.extend({ personId: PersonId }),
    query: PageQuery,
    answer: pageOf(TagChange),
  }),
}
