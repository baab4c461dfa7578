import type { tagRoutes } from '../../../contracts/tags.ts'
import type { Handlers } from '../access/index.ts'
import { listTagActions, readTagAction } from './action-row.ts'
import { adoptTagCategories, createTagCategory, deleteTagCategory, listTagCategories, updateTagCategory } from './categories.ts'
import { cancelTagAction, undoTagAction } from './end-action.ts'
import { changePersonTags, listPersonTags } from './person-tags.ts'
import { restoreTag, retireTag } from './retire-tag.ts'
import { createTag, moveTags, updateTag } from './save-tag.ts'
import { deleteTag, mergeTags, startTagAction } from './start-action.ts'
import { readPersonTagHistory, readTagHistory } from './tag-history.ts'
import { listTags, readTag } from './tag-row.ts'

export const tagHandlers: Handlers<typeof tagRoutes> = {
  listTagCategories: async ({ ctx }) => ({ items: await listTagCategories(ctx) }),
  createTagCategory: ({ ctx, body }) => createTagCategory(ctx, body),
  adoptTagCategories: async ({ ctx }) => ({ items: await adoptTagCategories(ctx) }),
  updateTagCategory: ({ ctx, params, body }) => updateTagCategory(ctx, { id: params.id, ...body }),
  deleteTagCategory: async ({ ctx, params }) => {
    await deleteTagCategory(ctx, params.id)
    return { done: true }
  },
  listTags: ({ ctx, query }) => listTags(ctx, query),
  createTag: ({ ctx, body }) => createTag(ctx, body),
  readTag: ({ ctx, params }) => readTag(ctx, params.id),
  updateTag: ({ ctx, params, body }) => updateTag(ctx, { id: params.id, ...body }),
  moveTags: async ({ ctx, body }) => {
    await moveTags(ctx, body)
    return { done: true }
  },
  retireTag: ({ ctx, params, body }) => retireTag(ctx, { id: params.id, ...body }),
  restoreTag: ({ ctx, params }) => restoreTag(ctx, params.id),
  mergeTags: ({ ctx, params, body }) => mergeTags(ctx, { id: params.id, ...body }),
  deleteTag: ({ ctx, params, body }) => deleteTag(ctx, { id: params.id, ...body }),
  readTagHistory: ({ ctx, params, query }) => readTagHistory(ctx, { id: params.id, ...query }),
  startTagAction: ({ ctx, body }) => startTagAction(ctx, body),
  listTagActions: ({ ctx, query }) => listTagActions(ctx, query),
  readTagAction: ({ ctx, params }) => readTagAction(ctx, params.id),
  cancelTagAction: ({ ctx, params }) => cancelTagAction(ctx, params.id),
  undoTagAction: ({ ctx, params }) => undoTagAction(ctx, params.id),
  listPersonTags: async ({ ctx, params }) => ({ items: await listPersonTags(ctx, params.personId) }),
  changePersonTags: async ({ ctx, params, body }) => ({ items: await changePersonTags(ctx, { personId: params.personId, ...body }) }),
  readPersonTagHistory: ({ ctx, params, query }) => readPersonTagHistory(ctx, { personId: params.personId, ...query }),
}
