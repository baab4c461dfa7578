import { Rule } from '../../../../../contracts/rule.ts'

/** A rule as text to take along. */
export const writeRuleText = (rule: Rule): string => JSON.stringify(rule, null, 2)

/** The rule in a text: a rule itself, or a segment that has one. Undefined when there is none. */
export function readRuleText(text: string): Rule | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const candidate = typeof value === 'object' && value !== null && 'rule' in value && !('kind' in value) ? value.rule : value
  const parsed = Rule.safeParse(candidate)
  return parsed.success ? parsed.data : undefined
}
