import type { contentRoutes } from '../../../contracts/content.ts'
import type { Handlers } from '../access/index.ts'
import { deleteTemplate } from './delete-template.ts'
import { previewTemplate } from './preview-template.ts'
import { createTemplate, updateTemplate } from './save-template.ts'
import { listTemplates, readTemplate } from './template-row.ts'

export const contentHandlers: Handlers<typeof contentRoutes> = {
  listTemplates: async ({ ctx, query }) => ({ items: await listTemplates(ctx, query) }),
  createTemplate: async ({ ctx, body }) => createTemplate(ctx, body),
  readTemplate: async ({ ctx, params }) => readTemplate(ctx, params.id),
  updateTemplate: async ({ ctx, params, body }) => updateTemplate(ctx, { id: params.id, ...body }),
  deleteTemplate: async ({ ctx, params }) => {
    await deleteTemplate(ctx, params.id)
    return { done: true }
  },
  previewTemplate: async ({ ctx, body }) => previewTemplate(ctx, body),
}
