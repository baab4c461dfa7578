import { importFields, type ImportOptions, type ImportTarget } from '../../../../contracts/import-setup.ts'
import type { Problem } from '../../../../contracts/errors.ts'
import type { AttributeType, Namespace } from '../../../../contracts/people.ts'
import { FieldKey } from '../../../../contracts/rule.ts'
import { reservedAttributes, type NamespaceRules } from '../../people/index.ts'
import { AppError } from '../../platform/errors.ts'
import type { FileColumn } from './import-row.ts'
import { timeParser } from './parse-time.ts'
import type { KnownTags } from './values/known-tags.ts'
import type { NothingWords } from './values/no-value.ts'

/** A column that becomes an attribute or a property. */
export interface KeyedColumn {
  index: number
  key: string
  type: AttributeType
  header: string
}

/** A mapping, sorted by what its columns are for. */
export interface MappedColumns {
  width: number
  identities: readonly { index: number; namespace: Namespace; header: string }[]
  /** Position of a field's column. */
  fields: ReadonlyMap<string, number>
  attributes: readonly KeyedColumn[]
  properties: readonly KeyedColumn[]
  /** Columns that hold the value of one tag. */
  tags: readonly { index: number; id: string; header: string }[]
  headers: readonly string[]
  /** Which words of each column stand for nothing. */
  nothing: readonly NothingWords[]
  /** Rows of a sheet end at their last value. */
  mayEndEarly: boolean
}

interface Sorting {
  columns: readonly FileColumn[]
  mapping: readonly string[]
  /** The declared types of the workspace. */
  attributeTypes: ReadonlyMap<string, AttributeType>
  mayEndEarly: boolean
}

/** Sorts a mapping that `checkMapping` has let through. */
export function sortMapping({ columns, mapping, attributeTypes, mayEndEarly }: Sorting): MappedColumns {
  const tags: { index: number; id: string; header: string }[] = []
  const identities: { index: number; namespace: Namespace; header: string }[] = []
  const fields = new Map<string, number>()
  const attributes: KeyedColumn[] = []
  const properties: KeyedColumn[] = []
  const nothing = columns.map((): NothingWords => 'signs')
  mapping.forEach((field, index) => {
    const header = columns[index]?.header ?? ''
    const type = columns[index]?.valueType ?? 'text'
    const namespace = namespaceOf(field)
    if (namespace !== null) identities.push({ index, namespace, header })
    else if (field.startsWith('attribute:')) attributes.push({ index, key: field.slice(10), type: attributeTypes.get(field.slice(10)) ?? type, header })
    else if (field.startsWith('property:')) properties.push({ index, key: field.slice(9), type, header })
    else if (field.startsWith('tag:')) tags.push({ index, id: field.slice(4), header })
    else if (field !== '') fields.set(field, index)
    nothing[index] = nothingOf(field, [...attributes, ...properties].find((column) => column.index === index)?.type)
  })
  return { width: columns.length, identities, fields, attributes, properties, tags, headers: columns.map((column) => column.header), nothing, mayEndEarly }
}

/** Fields whose words are kept as they are. */
const wordFields = new Set(['event', 'campaign_name', 'campaign_type', 'state'])

function nothingOf(field: string, type: AttributeType | undefined): NothingWords {
  if (type === 'boolean' || field === 'sms_consent' || field.startsWith('tag:')) return 'yesOrNo'
  return field === '' || type === 'text' || wordFields.has(field) ? 'signs' : 'words'
}

const bareNamespaces = new Set(importFields.identities.map(({ field }) => field))

/** The namespace a field names: `identity:<key>`, or a built-in one by its bare name; null when it names none. */
export function namespaceOf(field: string): Namespace | null {
  if (field.startsWith('identity:')) return field.slice(9)
  return bareNamespaces.has(field) ? field : null
}

interface MappingCheck {
  namespaces: NamespaceRules
  tags: KnownTags
  target: ImportTarget
  mapping: readonly string[]
  options: ImportOptions
  columns: readonly FileColumn[]
}

/** Throws `validation` with everything that is wrong with a mapping and its options: all mistakes at once. */
export function checkMapping(check: MappingCheck): void {
  const problems = [...widthProblems(check), ...fieldProblems(check), ...requiredProblems(check), ...optionProblems(check)]
  if (problems.length > 0) throw new AppError('validation', { zh: '列的对应关系有误', en: 'The mapping of columns is not valid', problems })
}

function widthProblems({ mapping, columns }: MappingCheck): Problem[] {
  if (mapping.length === columns.length) return []
  return [
    {
      at: 'body.mapping',
      zh: `文件有 ${columns.length} 列，对应关系却有 ${mapping.length} 项`,
      en: `The file has ${columns.length} columns, the mapping ${mapping.length}`,
    },
  ]
}

function fieldProblems({ target, mapping, columns, namespaces, tags }: MappingCheck): Problem[] {
  const problems: Problem[] = []
  const seen = new Map<string, number>()
  mapping.forEach((field, index) => {
    const at = `body.mapping.${index}`
    const header = columns[index]?.header ?? `${index + 1}`
    if (field === '') return
    if (!isKnownField(field, { target, namespaces, tags }))
      problems.push({ at, zh: `「${header}」对应的字段「${field}」不存在`, en: `Column "${header}" is mapped to "${field}", which does not exist` })
    const earlier = seen.get(field)
    if (earlier !== undefined)
      problems.push({
        at,
        zh: `字段「${field}」对应了两列（第 ${earlier + 1} 列和第 ${index + 1} 列）`,
        en: `"${field}" is mapped twice (columns ${earlier + 1} and ${index + 1})`,
      })
    seen.set(field, index)
  })
  return problems
}

function isKnownField(field: string, { target, namespaces, tags }: Pick<MappingCheck, 'target' | 'namespaces' | 'tags'>): boolean {
  const namespace = namespaceOf(field)
  if (namespace !== null) return namespaces.takes(namespace)
  if (field.startsWith('tag:')) return (target === 'people' || target === 'tags') && tags.has(field.slice(4))
  if (field.startsWith('attribute:')) return target === 'people' && FieldKey.safeParse(field.slice(10)).success && !reservedAttributes.has(field.slice(10))
  if (field.startsWith('property:')) return (target === 'orders' || target === 'events') && FieldKey.safeParse(field.slice(9)).success
  return importFields[target].some((known) => known.field === field)
}

function requiredProblems({ target, mapping, options }: MappingCheck): Problem[] {
  const problems: Problem[] = []
  for (const { field, label, required } of importFields[target]) {
    if (required && !mapping.includes(field))
      problems.push({ at: 'body.mapping', zh: `缺少必需的列：${label.zh}`, en: `A required column is missing: ${label.en}` })
  }
  const identities = mapping.filter((field) => namespaceOf(field) !== null).length
  if (identities === 0)
    problems.push({
      at: 'body.mapping',
      zh: '至少要有一列能认出客户：手机号、会员号、用户 ID 等',
      en: 'At least one column must tell who it is: phone, member number, user id …',
    })
  if (target === 'identities' && identities === 1)
    problems.push({ at: 'body.mapping', zh: '只导入标识时，至少要有两列标识才能建立关联', en: 'To link identities, at least two columns of them are needed' })
  if (target === 'tags' && !mapping.some((field) => field === 'tags' || field.startsWith('tag:')) && !options.addTagIds?.length)
    problems.push({ at: 'body.mapping', zh: '没有标签：请指定一列，或选择要打上的标签', en: 'No tags: map a column or choose tags that everyone gets' })
  if (target === 'events' && !mapping.includes('event') && !options.eventName) {
    problems.push({
      at: 'body.options.eventName',
      zh: '没有事件名：请指定一列，或填写统一的事件名',
      en: 'No event name: map a column or give one name for all rows',
    })
  }
  return problems
}

function optionProblems({ target, mapping, options, tags }: MappingCheck): Problem[] {
  const problems: Problem[] = []
  if (target === 'people' && mapping.includes('sms_consent') && !options.consentProof && !mapping.includes('consent_proof')) {
    problems.push({
      at: 'body.options.consentProof',
      zh: '导入短信同意时必须说明这些客户是在哪里、怎样同意的',
      en: 'To import consent, say where and how these people gave it',
    })
  }
  if (options.timezone !== undefined && !isTimezone(options.timezone)) {
    problems.push({ at: 'body.options.timezone', zh: `没有「${options.timezone}」这个时区`, en: `There is no time zone "${options.timezone}"` })
  }
  for (const [index, id] of (options.addTagIds ?? []).entries()) {
    if (!tags.isFlag(id))
      problems.push({ at: `body.options.addTagIds.${index}`, zh: '要打上的标签不存在，或需要值', en: 'The tag does not exist or needs a value' })
  }
  if (options.goalProperty !== undefined && !options.goalEvent) {
    problems.push({ at: 'body.options.goalEvent', zh: '指定了目标属性，还需要目标事件', en: 'A goal property needs a goal event' })
  }
  return problems
}

function isTimezone(name: string): boolean {
  try {
    timeParser(name)
    return true
  } catch {
    return false
  }
}
