import { importFields, type ImportField, type ImportOptions, type ImportTarget } from '../../../../../contracts/import-setup.ts'

/** Why a mapping can not be imported yet. */
export type MappingProblem =
  | { kind: 'missing'; field: ImportField }
  | { kind: 'missingOneOf'; group: string; fields: ImportField[] }
  | { kind: 'twice'; field: string; columns: number[] }

/** Checks a mapping against what its target needs. An event name given in the options stands for the missing column. */
export function mappingProblems(target: ImportTarget, mapping: readonly string[], options: ImportOptions): MappingProblem[] {
  const fields = importFields[target]
  const mapped = new Set(mapping)
  const problems: MappingProblem[] = fields.filter((field) => field.required === true && !mapped.has(field.field)).map((field) => ({ kind: 'missing', field }))
  for (const group of new Set(fields.flatMap((field) => field.oneOf ?? []))) {
    const choices = fields.filter((field) => field.oneOf === group)
    const given = choices.some((field) => mapped.has(field.field)) || (group === 'event' && Boolean(options.eventName))
    if (!given) problems.push({ kind: 'missingOneOf', group, fields: choices })
  }
  for (const field of mapped) {
    const columns = mapping.flatMap((one, index) => (one === field && field !== '' ? [index] : []))
    if (columns.length > 1) problems.push({ kind: 'twice', field, columns })
  }
  return problems
}

/** The free key for a column: letters of any script, digits, `_`, `-`, `.`; never empty. */
export function keyOfHeader(header: string, index: number): string {
  const key = header
    .trim()
    .replaceAll(/[^\p{L}\p{N}_\-. $]/gu, '_')
    .replace(/^[^\p{L}_$]+/u, '')
    .slice(0, 64)
  return key === '' ? `column_${index + 1}` : key
}
