import { ListColumn, listColumnsMax } from '../../../../contracts/people.ts'
import { AppError } from '../../platform/errors.ts'

/** What rows of a list hold besides what they always do. */
export interface ListColumns {
  modelIds: string[]
  attributes: string[]
  hasTags: boolean
}

/** Columns as they are asked for: `layer:<model>`, `attribute:<key>`, `tags`. @throws `validation` for anything else, or too many */
export function listColumnsOf(asked: string | readonly string[] | undefined): ListColumns {
  const names = typeof asked === 'string' ? asked.split(',').filter((name) => name !== '') : (asked ?? [])
  const strange = names.find((name) => !ListColumn.safeParse(name).success)
  if (strange !== undefined || names.length > listColumnsMax) throw wrongColumns()
  const of = (kind: string) => [...new Set(names.flatMap((name) => (name.startsWith(`${kind}:`) ? [name.slice(kind.length + 1)] : [])))]
  return { modelIds: of('layer').map((id) => id.toLowerCase()), attributes: of('attribute'), hasTags: names.includes('tags') }
}

function wrongColumns(): AppError {
  const words = {
    zh: `列写作 layer:模型、attribute:属性 或 tags，最多 ${listColumnsMax} 列`,
    en: `Columns are layer:<model>, attribute:<key> or tags, ${listColumnsMax} at most`,
  }
  return new AppError('validation', { problems: [{ at: 'query.columns', ...words }] })
}
