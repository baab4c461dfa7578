import { namespaceRoutes } from '../../../contracts/namespaces.ts'
import { useRead } from './api.ts'
import { useMay } from './session-context.ts'
import { useLocaleText } from './text.ts'

/** Kinds of identities by their names in words, as the workspace calls them. */
export function useNamespaceWords(): (name: string) => string {
  const may = useMay()
  const pick = useLocaleText()
  const namespaces = useRead(namespaceRoutes.listNamespaces, { enabled: may('data.read') })
  return (name) => {
    const known = namespaces.data?.items.find(({ key }) => key === name)
    return known ? pick(known.label) : name
  }
}

export function NamespaceName({ name }: { name: string }) {
  return <span title={name}>{useNamespaceWords()(name)}</span>
}
