import { messageEvents, orderEvent } from '../../../../../contracts/collect.ts'
import { registeredAttribute, type Rule } from '../../../../../contracts/rule.ts'
import { didTimes, ever, lastDays, never, once } from './new-nodes.ts'

export const templateNames = ['activeWithoutOrder', 'leftInCart', 'repeatBuyers', 'onlyOnce', 'sleeping', 'highSpenders', 'registeredWithoutOrder'] as const
export interface RuleTemplate {
  name: (typeof templateNames)[number]
  rule: Rule
}

const cartEvent = 'Product Added'
const notBehaviour = new Set<string>([orderEvent, ...messageEvents, 'Control Assigned'])

/** Rules to begin with, of the events that the workspace has seen. */
export function ruleTemplates(seen: readonly { event: string; people: number }[]): RuleTemplate[] {
  const behaviour = seen.filter(({ event }) => !notBehaviour.has(event)).toSorted((a, b) => b.people - a.people)[0]?.event
  const all = (...rules: Rule[]): Rule => ({ kind: 'all', rules })
  const templates: RuleTemplate[] = [
    { name: 'repeatBuyers', rule: all(didTimes(orderEvent, { operator: 'atLeast', values: [2] }, lastDays(365))) },
    { name: 'onlyOnce', rule: all(didTimes(orderEvent, once, lastDays(90)), didTimes(orderEvent, { operator: 'equals', values: [1] }, ever)) },
    { name: 'sleeping', rule: all(didTimes(orderEvent, once, ever), didTimes(orderEvent, never, lastDays(180))) },
    {
      name: 'highSpenders',
      rule: all({ ...didTimes(orderEvent, { operator: 'atLeast', values: [1000] }, lastDays(365)), measure: { kind: 'sum', of: 'amount' } }),
    },
    {
      name: 'registeredWithoutOrder',
      rule: all(
        { kind: 'attribute', attribute: registeredAttribute, test: { type: 'date', operator: 'withinLast', values: [30] } },
        didTimes(orderEvent, never, ever),
      ),
    },
  ]
  if (seen.some(({ event }) => event === cartEvent))
    templates.unshift({ name: 'leftInCart', rule: all(didTimes(cartEvent, once, lastDays(7)), didTimes(orderEvent, never, lastDays(7))) })
  if (behaviour !== undefined)
    templates.unshift({ name: 'activeWithoutOrder', rule: all(didTimes(behaviour, once, lastDays(30)), didTimes(orderEvent, never, lastDays(30))) })
  return templates
}
