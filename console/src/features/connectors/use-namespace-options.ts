import { namespaceRoutes } from '../../../../contracts/namespaces.ts'
import { useRead } from '../../ui/api.ts'
import { useLocaleText } from '../../ui/text.ts'

/** The kinds of identities that data may name, for a select. */
export function useNamespaceOptions(): { value: string; label: string }[] {
  const pick = useLocaleText()
  const namespaces = useRead(namespaceRoutes.listNamespaces)
  return (namespaces.data?.items ?? []).filter(({ disabledAt }) => disabledAt === null).map(({ key, label }) => ({ value: key, label: pick(label) }))
}
