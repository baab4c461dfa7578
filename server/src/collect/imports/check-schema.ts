import { checkEvent } from '../door/check-event.ts'
import type { DoorRules } from '../door/door-rules.ts'
import type { IncomingItem } from '../inbox-item.ts'
import type { RowValues } from './read-values.ts'

/** What an order gets from all of its lines: expected of it, never missing in one line. */
const fromAllLines = { items: [], order_id: '-', total: 0 }

/**
 * Asks of a row what the door asks of whatever a source sends: blocked properties are taken out of the item, a blocked event or what does
 * not fit makes the row bad. What is only to be flagged is noted on the item.
 */
export function checkSchema(item: IncomingItem, rules: DoorRules, values: RowValues): void {
  const verdict = checkEvent(item, rules)
  switch (verdict.kind) {
    case 'pass':
      return
    case 'blocked':
      return values.fieldProblem('event', { zh: `事件「${item.event}」已被屏蔽，不再接收`, en: `The event “${item.event}” is blocked` })
    case 'flagged':
      item.violations = verdict.problems
      return
    case 'quarantine':
      for (const problem of verdict.problems) values.propertyProblem(problem.at.replace(/^properties\./, ''), problem)
  }
}

/** The same for a line of an order. */
export function checkOrderLine<Line extends { properties: Record<string, string | number | boolean> }>(
  line: Line,
  { event, rules, values }: { event: string; rules: DoorRules; values: RowValues },
): Line {
  const item: IncomingItem = { type: 'track', identities: [], timeMs: 0, key: '', event, properties: { ...fromAllLines, ...line.properties } }
  checkSchema(item, rules, values)
  const kept = Object.entries(item.properties ?? {}).filter(([key]) => key in line.properties)
  return { ...line, properties: Object.fromEntries(kept) as Line['properties'] }
}
