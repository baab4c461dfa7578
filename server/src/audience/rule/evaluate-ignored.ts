import { ignoredAfterDays, type MessageRule } from '../../../../contracts/rule.ts'
import { inWindow, matches } from './evaluate-events.ts'
import type { Outcome, PersonFacts } from './evaluate-rule.ts'
import { spanMs } from './event-window.ts'
import { compares } from './measure.ts'
import { answerEvents, messageEvents, messageFilters } from './messages.ts'
import type { RuleMoment } from './resolved-rule.ts'

/** How many messages one person ignored. */
export function evaluateIgnored(rule: MessageRule, facts: PersonFacts, moment: RuleMoment): Outcome {
  const answerMs = spanMs({ amount: rule.afterDays ?? ignoredAfterDays, unit: 'day' })
  const sent = { event: messageEvents.ignored, filters: messageFilters(rule) }
  const answers = facts.events.filter((fact) => (answerEvents as readonly string[]).includes(fact.event)).map((fact) => fact.timeMs)
  const decided = facts.events
    .filter((fact) => fact.timeMs + answerMs <= moment.now.getTime() && matches(sent, fact, moment) && inWindow(fact.timeMs, rule.window, facts, moment))
    .toSorted((left, right) => left.timeMs - right.timeMs)
  const ignored = decided.map(({ timeMs }) => !answers.some((answer) => answer > timeMs && answer - timeMs <= answerMs))
  const count = rule.inARow ? ignored.length - 1 - ignored.lastIndexOf(false) : ignored.filter(Boolean).length
  return { holds: compares(count, rule.comparison.operator, rule.comparison.values), value: String(count) }
}
