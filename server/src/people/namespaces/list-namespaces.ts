import type { NamespaceRule } from '../../../../contracts/namespaces.ts'
import type { Context } from '../../access/index.ts'
import type { KnownNamespace } from './namespace-rules.ts'
import { loadNamespaces } from './read-namespaces.ts'

/** The kinds of identities of the workspace, strongest first, disabled ones included. */
export async function listNamespaces(ctx: Context): Promise<{ items: NamespaceRule[] }> {
  const rules = await loadNamespaces(ctx.platform.db, ctx.workspaceId)
  return { items: rules.all.map(shownNamespace) }
}

export function shownNamespace(namespace: KnownNamespace): NamespaceRule {
  const { key, label, strength, priority, perPersonMax, pattern, normaliser, secret, builtIn, disabledAt } = namespace
  return { key, label, strength, priority, perPersonMax, pattern, normaliser, secret, builtIn, disabledAt: disabledAt?.toISOString() ?? null }
}
