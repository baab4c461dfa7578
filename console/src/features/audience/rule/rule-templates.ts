import { orderEvent } from '../../../../../contracts/collect.ts'
import { anyEvent, registeredAttribute, type Rule } from '../../../../../contracts/rule.ts'
import { didTimes, ever, lastDays, never, once } from './new-nodes.ts'

export const templateNames = ['activeWithoutOrder', 'leftInCart', 'repeatBuyers', 'onlyOnce', 'sleeping', 'highSpenders', 'registeredWithoutOrder'] as const
export interface RuleTemplate {
  name: (typeof templateNames)[number]
  rule: Rule
}

const cartEvent = 'Product Added'

/** Rules to begin with; those of events that the workspace has never seen are left out. */
export function ruleTemplates(seen: readonly { event: string }[]): RuleTemplate[] {
  const all = (...rules: Rule[]): Rule => ({ kind: 'all', rules })
  const templates: RuleTemplate[] = [
    { name: 'activeWithoutOrder', rule: all(didTimes(anyEvent, once, lastDays(30)), didTimes(orderEvent, never, lastDays(30))) },
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
    templates.splice(1, 0, { name: 'leftInCart', rule: all(didTimes(cartEvent, once, lastDays(7)), didTimes(orderEvent, never, lastDays(7))) })
  return templates
}
