import type { namespaceRoutes } from '../../../../contracts/namespaces.ts'
import type { Handlers } from '../../access/index.ts'
import { listNamespaces } from './list-namespaces.ts'
import { createNamespace, updateNamespace } from './save-namespace.ts'

export const namespaceHandlers: Handlers<typeof namespaceRoutes> = {
  listNamespaces: ({ ctx }) => listNamespaces(ctx),
  createNamespace: ({ ctx, body }) => createNamespace(ctx, body),
  updateNamespace: ({ ctx, params, body }) => updateNamespace(ctx, { key: params.key, ...body }),
}
