import type { MappedValue, MappingCondition } from '../../../../contracts/connector-mapping.ts'
import { parsePath, readPath, type Scope } from './path.ts'
import { asText, fillTemplate, parseTemplate } from './template.ts'
import { transform, type TransformContext } from './transforms.ts'

/** What a mapped value comes to; undefined for nothing. Throws a MappingProblem when a transform cannot take what is there. */
export function readValue(mapped: MappedValue, scope: Scope, context: TransformContext): unknown {
  let value = source(mapped, scope)
  for (const step of mapped.transforms) value = transform(value, step, context)
  return isNothing(value) ? mapped.fallback : value
}

function source(mapped: MappedValue, scope: Scope): unknown {
  switch (mapped.kind) {
    case 'constant':
      return mapped.text
    case 'template': {
      const parts = parseTemplate(mapped.text)
      return parts ? fillTemplate(parts, scope) : undefined
    }
    case 'path': {
      const path = parsePath(mapped.text)
      return path ? readPath(path, scope) : undefined
    }
  }
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

/** Whether every condition holds. A path with `[*]` holds for `in` when any of its values does. */
export function holds(conditions: readonly MappingCondition[], scope: Scope): boolean {
  return conditions.every((condition) => holdsOne(condition, scope))
}

function holdsOne({ path, kind, values }: MappingCondition, scope: Scope): boolean {
  const parsed = parsePath(path)
  const value = parsed ? readPath(parsed, scope) : undefined
  const texts = (Array.isArray(value) ? value : [value]).map((each) => asText(each))
  switch (kind) {
    case 'in':
      return texts.some((text) => text !== undefined && values.includes(text))
    case 'notIn':
      return !texts.some((text) => text !== undefined && values.includes(text))
    case 'exists':
      return !isNothing(value)
    case 'missing':
      return isNothing(value)
  }
}
