import type { PropertyType } from '../../../../contracts/event-schemas.ts'
import type { Problem } from '../../../../contracts/errors.ts'
import { coerceAttribute, isRejection } from '../../people/index.ts'
import type { IncomingItem } from '../inbox-item.ts'
import { letInName, type DoorRules, type PropertyRules } from './door-rules.ts'

/** What the door makes of an item. */
export type Verdict =
  | { kind: 'pass' }
  | { kind: 'blocked' }
  | { kind: 'flagged'; problems: Problem[] }
  | { kind: 'quarantine'; reason: 'schema' | 'tooManyNames'; problems: Problem[] }

const pass: Verdict = { kind: 'pass' }
const blocked: Verdict = { kind: 'blocked' }

const typeWords: Record<PropertyType, { zh: string; en: string }> = {
  text: { zh: '文本', en: 'text' },
  number: { zh: '数值', en: 'a number' },
  boolean: { zh: '是否', en: 'yes or no' },
  date: { zh: '日期', en: 'a date' },
  list: { zh: '列表', en: 'a list' },
}

/**
 * Looks at an item by what the workspace expects. For an event of which nothing is expected that is one look-up. Takes blocked properties
 * out of the item, and turns texts into the type that is expected where they can be read so (`"12"` where a number is).
 */
export function checkEvent(item: IncomingItem, rules: DoorRules): Verdict {
  const { event } = item
  if (event === undefined) return pass
  const known = rules.events.get(event)
  if (!known) return letInName(rules, event) ? pass : tooManyNames(event)
  if (known.isBlocked) return blocked
  if (known.properties === null) return pass
  const problems = checkProperties(item, known.properties)
  if (problems.length === 0) return pass
  return known.onViolation === 'flag' ? { kind: 'flagged', problems } : { kind: 'quarantine', reason: 'schema', problems }
}

function tooManyNames(event: string): Verdict {
  return {
    kind: 'quarantine',
    reason: 'tooManyNames',
    problems: [
      {
        at: 'event',
        zh: `事件名过多，「${event}」未列入：请检查是否把变量写进了事件名`,
        en: `Too many names of events; “${event}” is one more. Check whether values are written into names`,
      },
    ],
  }
}

function checkProperties(item: IncomingItem, { required, types, blocked: taken }: PropertyRules): Problem[] {
  const given = item.properties ?? {}
  const problems: Problem[] = []
  for (const key of required)
    if (given[key] === undefined || given[key] === null || given[key] === '')
      problems.push({ at: `properties.${key}`, zh: `缺少必填属性「${key}」`, en: `The required property “${key}” is missing` })
  const changed = new Map<string, unknown>()
  for (const [key, type] of types) {
    const value = given[key]
    if (value === undefined || value === null) continue
    const read = readAs(type, value)
    if (read === undefined)
      problems.push({
        at: `properties.${key}`,
        zh: `属性「${key}」应为${typeWords[type].zh}`,
        en: `The property “${key}” should be ${typeWords[type].en}`,
      })
    else if (read !== value) changed.set(key, read)
  }
  for (const key of taken) if (given[key] !== undefined) changed.set(key, undefined)
  // A copy: what was sent is still shown as it was sent.
  if (changed.size > 0)
    item.properties = Object.fromEntries(Object.entries({ ...given, ...Object.fromEntries(changed) }).filter(([, value]) => value !== undefined))
  return problems
}

/** The value as the type; undefined when it is none. */
function readAs(type: PropertyType, value: unknown): unknown {
  if (type === 'list') return Array.isArray(value) ? value : undefined
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined
  if (typeof value === type || (type === 'text' && typeof value === 'string')) return value
  const read = coerceAttribute(type, value)
  if (isRejection(read)) return undefined
  // A date keeps its time of day.
  return type === 'date' ? value : read
}
