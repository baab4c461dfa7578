import type { catalogueRoutes } from '../../../contracts/catalogue.ts'
import type { Handlers } from '../access/index.ts'
import {
  changeAttributeType,
  defineAttribute,
  listAttributeDefinitions,
  previewAttributeType,
  restoreAttribute,
  retireAttribute,
  updateAttribute,
} from '../people/index.ts'
import { askInventory, readInventory } from './inventory-row.ts'
import { listFieldUses } from './list-field-uses.ts'

export const catalogueHandlers: Handlers<typeof catalogueRoutes> = {
  listAttributeDefinitions: ({ ctx }) => listAttributeDefinitions(ctx),
  defineAttribute: ({ ctx, body }) => defineAttribute(ctx, body),
  updateAttribute: ({ ctx, params, body }) => updateAttribute(ctx, { key: params.key, ...body }),
  previewAttributeType: ({ ctx, params, body }) => previewAttributeType(ctx, { key: params.key, ...body }),
  changeAttributeType: ({ ctx, params, body }) => changeAttributeType(ctx, { key: params.key, ...body }),
  retireAttribute: ({ ctx, params, body }) => retireAttribute(ctx, { key: params.key, ...body }),
  restoreAttribute: ({ ctx, params }) => restoreAttribute(ctx, params.key),
  readInventory: ({ ctx }) => readInventory(ctx),
  computeInventory: ({ ctx, body }) => askInventory(ctx, body),
  listFieldUses: async ({ ctx }) => ({ items: await listFieldUses(ctx) }),
}
