import { importFields, type ImportTarget } from '../../../../contracts/import-setup.ts'
import { FieldKey } from '../../../../contracts/rule.ts'
import { fieldOfHeader, isBadRowHeader, plainHeader } from './column-synonyms.ts'
import type { AnalysedColumn, FileColumn } from './import-row.ts'

/**
 * A mapping for a target, column by column: first what a saved mapping says, then the header, then the values, else the column becomes an
 * attribute or property of its own name. Each field is given once. E-mail and phone columns beside the first are left out: attributes hold no
 * personal numbers.
 */
export function suggestMapping(
  columns: readonly FileColumn[],
  target: ImportTarget,
  saved: { columns: readonly { header: string; field: string }[] } | null = null,
): AnalysedColumn[] {
  const given = new Set<string>()
  const suggestions = new Map<number, Pick<AnalysedColumn, 'suggestion' | 'reason'>>()
  const offer = (index: number, field: string | null, reason: AnalysedColumn['reason']) => {
    if (!field || given.has(field) || suggestions.has(index) || !isFieldOf(field, target)) return
    given.add(field)
    suggestions.set(index, { suggestion: field, reason })
  }
  const fieldBySavedHeader = new Map(saved?.columns.map(({ header, field }) => [plainHeader(header), field]))
  columns.forEach(({ header }, index) => {
    const field = fieldBySavedHeader.get(plainHeader(header))
    if (isBadRowHeader(header)) suggestions.set(index, { suggestion: '', reason: 'header' })
    else if (field === '') suggestions.set(index, { suggestion: '', reason: 'saved' })
    else offer(index, field ?? null, 'saved')
  })
  columns.forEach((column, index) => offer(index, fieldOfHeader(column.header, target), 'header'))
  columns.forEach((column, index) => offer(index, column.contentField, 'content'))
  columns.forEach((column, index) => offer(index, ownField(column, target), 'header'))
  return columns.map(({ header, samples }, index) => ({ header, samples, ...(suggestions.get(index) ?? { suggestion: '', reason: 'none' as const }) }))
}

function isFieldOf(field: string, target: ImportTarget): boolean {
  if (field.startsWith('identity:')) return true
  if (field.startsWith('attribute:')) return target === 'people'
  if (field.startsWith('tag:')) return target === 'people' || target === 'tags'
  if (field.startsWith('property:')) return target === 'orders' || target === 'events'
  return importFields[target].some((known) => known.field === field)
}

function ownField(column: FileColumn, target: ImportTarget): string | null {
  if (column.contentField === 'phone' || column.contentField === 'email') return null
  if (target !== 'people' && target !== 'orders' && target !== 'events') return null
  const key = column.header.trim().slice(0, 64)
  if (!FieldKey.safeParse(key).success || /^column \d+$/.test(key)) return null
  return target === 'people' ? `attribute:${key}` : `property:${key}`
}
