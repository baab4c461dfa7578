import { z } from 'zod'
import type { Problem } from '../../../../contracts/errors.ts'
import { AppError, assertNever } from '../errors.ts'
import { zeroCharacterProblems } from './zero-characters.ts'

type Issue = z.core.$ZodIssue
type Words = Pick<Problem, 'zh' | 'en'>

/** Stands where a schema brings no words of its own, so that those that do can be told apart. */
const noWords = '\u0000'
const problemsMax = 20

/** Parses `value`, or throws `validation` with one problem per issue, each at a path that starts with `root` (`body.name`). */
export function parseInput<Schema extends z.core.$ZodType>(schema: Schema, value: unknown, root: string): z.core.output<Schema> {
  const result = parseOrRefuse(schema, value, root)
  if (!result.success) throw new AppError('validation', { problems: problemsOfIssues(result.error.issues, root) })
  const zeros = zeroCharacterProblems(result.data, root)
  if (zeros.length > 0) throw new AppError('validation', { problems: zeros.slice(0, problemsMax) })
  return result.data
}

/** NOTE: schemas of trees call themselves; a body that is nothing but nesting runs them out of stack. */
function parseOrRefuse<Schema extends z.core.$ZodType>(schema: Schema, value: unknown, root: string): z.core.util.SafeParseResult<z.core.output<Schema>> {
  try {
    return z.core.safeParse(schema, value, { error: () => noWords, reportInput: true })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new AppError('validation', { problems: [{ at: root, zh: '嵌套太深', en: 'Nested too deep' }], cause: error })
  }
}

/** Issues of a schema as sentences in both languages, each with its path. */
export function problemsOfIssues(issues: readonly Issue[], root: string): Problem[] {
  return issues
    .flatMap((issue) => expandUnion(issue))
    .slice(0, problemsMax)
    .map((issue) => ({ at: [root, ...issue.path.map(String)].filter((part) => part !== '').join('.'), ...wordsOf(issue) }))
}

/** A failed union is told by the branch that came closest: the one whose first issue lies deepest, then the one with fewest issues. */
function expandUnion(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union' || issue.message !== noWords || issue.errors.length === 0) return [issue]
  const depth = (branch: Issue[]) => Math.max(0, ...branch.map((inner) => inner.path.length))
  const closest = issue.errors.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length)[0] ?? []
  if (depth(closest) === 0) return [issue]
  return closest.flatMap((inner) => expandUnion({ ...inner, path: [...issue.path, ...inner.path] }))
}

function wordsOf(issue: Issue): Words {
  if (issue.message !== noWords) return ownWords(issue.message)
  switch (issue.code) {
    case 'invalid_type':
      return typeWords(issue.expected, issue.input)
    case 'too_small':
      return boundWords(issue.origin, Number(issue.minimum), issue.inclusive === false ? 'above' : 'least')
    case 'too_big':
      return boundWords(issue.origin, Number(issue.maximum), issue.inclusive === false ? 'below' : 'most')
    case 'invalid_format':
      return formatWords(issue.format)
    case 'invalid_value':
      return { zh: `应为以下之一：${listed(issue.values)}`, en: `Must be one of: ${listed(issue.values)}` }
    case 'not_multiple_of':
      return { zh: `应为 ${issue.divisor} 的倍数`, en: `Must be a multiple of ${issue.divisor}` }
    case 'unrecognized_keys':
      return { zh: `不认识的字段：${listed(issue.keys)}`, en: `Unknown fields: ${listed(issue.keys)}` }
    case 'invalid_key':
      return { zh: '字段名不符合要求', en: 'The name of this field is not allowed' }
    case 'invalid_union':
      return unionWords(issue)
    case 'invalid_element':
    case 'custom':
      return { zh: '内容不符合要求', en: 'Is not valid' }
    default:
      return assertNever(issue)
  }
}

/** A schema's own message: `中文 / English`, or one text for both. */
function ownWords(message: string): Words {
  const [zh = message, en = zh] = message.split(' / ')
  return { zh, en }
}

const typeNames: Record<string, Words> = {
  string: { zh: '文字', en: 'text' },
  number: { zh: '数字', en: 'a number' },
  int: { zh: '整数', en: 'a whole number' },
  boolean: { zh: 'true 或 false', en: 'true or false' },
  array: { zh: '列表', en: 'a list' },
  object: { zh: '对象', en: 'an object' },
  record: { zh: '对象', en: 'an object' },
  date: { zh: '日期', en: 'a date' },
  null: { zh: '空值 null', en: 'null' },
}

function typeWords(expected: string, input: unknown): Words {
  if (input === undefined) return { zh: '必填', en: 'Required' }
  const name = typeNames[expected] ?? { zh: expected, en: expected }
  return { zh: `应为${name.zh}`, en: `Must be ${name.en}` }
}

const bounds = {
  least: { zh: '至少', en: 'at least' },
  most: { zh: '最多', en: 'at most' },
  above: { zh: '大于', en: 'more than' },
  below: { zh: '小于', en: 'less than' },
}

function boundWords(origin: string, bound: number, kind: keyof typeof bounds): Words {
  const { zh, en } = bounds[kind]
  switch (origin) {
    case 'string':
      return kind === 'least' && bound === 1
        ? { zh: '不能为空', en: 'Must not be empty' }
        : { zh: `${zh} ${bound} 个字符`, en: `Must have ${en} ${plural(bound, 'character')}` }
    case 'array':
    case 'set':
      return kind === 'least' && bound === 1
        ? { zh: '至少要有一项', en: 'Must have at least one item' }
        : { zh: `${zh} ${bound} 项`, en: `Must have ${en} ${plural(bound, 'item')}` }
    case 'object':
    case 'record':
    case 'map':
      return { zh: `${zh} ${bound} 个字段`, en: `Must have ${en} ${plural(bound, 'field')}` }
    default:
      return { zh: `应${{ least: '不小于', most: '不大于', above: '大于', below: '小于' }[kind]} ${bound}`, en: `Must be ${en} ${bound}` }
  }
}

const formats: Record<string, Words> = {
  email: { zh: '邮箱格式不正确，例如 name@example.com', en: 'Not an e-mail address, such as name@example.com' },
  uuid: { zh: '编号格式不正确', en: 'Not an id (UUID)' },
  datetime: { zh: '时间格式不正确，应为 2026-01-02T03:04:05Z 这样的格式', en: 'Not a time such as 2026-01-02T03:04:05Z' },
  date: { zh: '日期格式不正确，应为 2026-01-02 这样的格式', en: 'Not a date such as 2026-01-02' },
  url: { zh: '网址格式不正确，例如 https://example.com', en: 'Not a URL such as https://example.com' },
}

function formatWords(format: string): Words {
  return formats[format] ?? { zh: '格式不正确', en: 'Has the wrong format' }
}

function unionWords(issue: Extract<Issue, { code: 'invalid_union' }>): Words {
  const options = 'options' in issue && Array.isArray(issue.options) ? issue.options : []
  if (options.length > 0) return { zh: `应为以下之一：${listed(options)}`, en: `Must be one of: ${listed(options)}` }
  const expected = issue.errors.map((branch) => branch[0]).filter((inner) => inner?.code === 'invalid_type')
  if (issue.input === undefined) return typeWords('', undefined)
  if (expected.length === 0) return { zh: '内容不符合要求', en: 'Is not valid' }
  const names = [...new Set(expected.map((inner) => inner?.expected ?? ''))].map((name) => typeNames[name] ?? { zh: name, en: name })
  return { zh: `应为${names.map((name) => name.zh).join('或')}`, en: `Must be ${names.map((name) => name.en).join(' or ')}` }
}

function listed(values: readonly unknown[]): string {
  const shown = values.slice(0, 12).map(String).join(', ')
  return values.length > 12 ? `${shown}, …` : shown
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
