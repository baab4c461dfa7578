import { permissionNames, roleLabels, type Role } from '../../../../../contracts/permissions.ts'
import { formatBytes, formatCount, formatFen, formatList } from '../../../ui/format.ts'
import { useLocale, useLocaleText, useText } from '../../../ui/text.ts'
import { permissionKey } from '../members/role-matrix.tsx'
import { isLocaleWords, shortId, type DetailField } from './audit-detail.ts'
import { isDetailKey, isDetailWord } from './audit-words.ts'

/** Fields whose values are words of the product; elsewhere a word is somebody's own, such as a name. */
const wordFields: ReadonlySet<string> = new Set(['target', 'kind', 'scope', 'people', 'of', 'decision', 'channel', 'purpose', 'type', 'strength'])
/** Lists of what was changed, told by the names of the fields. */
const fieldLists: ReadonlySet<string> = new Set(['changed', 'fields', 'attributes'])

/** A field of an audit row's detail as a reader understands it: what it is called, and its value. */
export function useDetailWords(): (field: DetailField) => { label: string; value: string } {
  const text = useText('settings')
  const locale = useLocale()
  const pick = useLocaleText()
  const nameOf = (key: string): string => (isDetailKey(key) ? text(`audit.fields.${key}`) : key)
  const one = (key: string, value: string | number | boolean): string => {
    if (typeof value === 'boolean') return text(value ? 'audit.yes' : 'audit.no')
    if (typeof value === 'number') return numberOf(key, value)
    if (fieldLists.has(key)) return nameOf(value)
    const permission = key === 'permissions' ? permissionNames.find((name) => name === value) : undefined
    if (permission) return text(`permissions.${permissionKey(permission)}`)
    if (['role', 'from', 'to'].includes(key) && Object.hasOwn(roleLabels, value)) return pick(roleLabels[value as Role])
    return wordFields.has(key) && isDetailWord(value) ? text(`audit.values.${value}`) : shortId(value)
  }
  const numberOf = (key: string, value: number): string => {
    if (key.endsWith('Fen')) return formatFen(value, locale)
    if (key === 'bytes') return formatBytes(value)
    return /id$/i.test(key) ? String(value) : formatCount(value, locale)
  }
  return ({ path, value }) => {
    const key = path.at(-1) ?? ''
    const label = path.map(nameOf).join(' · ')
    if (value === null) return { label, value: '–' }
    if (isLocaleWords(value)) return { label, value: pick(value) }
    if (typeof value === 'object')
      return {
        label,
        value: formatList(
          value.map((each) => one(key, each)),
          locale,
        ),
      }
    return { label, value: one(key, value) }
  }
}
