import type { SequenceRule } from '../../../../contracts/rule.ts'
import { eventsIn, matches } from './evaluate-events.ts'
import type { EventFact, Outcome, PersonFacts } from './evaluate-rule.ts'
import { spanMs } from './event-window.ts'
import type { RuleMoment } from './resolved-rule.ts'

interface Reached {
  timeMs: number
  /** When the latest chain that leads here began. */
  beganMs: number
}

/** A sequence on one person's events: how far it was reached, step by step. `value` is `2/3 @ <instant>`: steps reached of all, and when the last of them was first reached. */
export function evaluateSequence(rule: SequenceRule, facts: PersonFacts, moment: RuleMoment): Outcome {
  const events = eventsIn(rule.window, facts, moment).toSorted((left, right) => left.timeMs - right.timeMs)
  let reached: Reached[] = []
  let steps = 0
  let at: number | undefined
  for (const [index, step] of rule.steps.entries()) {
    const own = events.filter((fact) => matches(step, fact, moment))
    const blocking = index === 0 ? [] : events.filter((fact) => step.without.some((each) => matches(each, fact, moment)))
    const next =
      index === 0 ? own.map(({ timeMs }) => ({ timeMs, beganMs: timeMs })) : follow(reached, own, { withinMs: step.within && spanMs(step.within), blocking })
    if (next.length === 0) break
    reached = next
    steps += 1
    at = next[0]?.timeMs
  }
  const isWhole = steps === rule.steps.length
  const wholeMs = rule.within && spanMs(rule.within)
  const holds = isWhole && (wholeMs === undefined || reached.some(({ timeMs, beganMs }) => timeMs - beganMs <= wholeMs))
  return { holds, value: `${steps}/${rule.steps.length}${at === undefined ? '' : ` @ ${new Date(at).toISOString()}`}` }
}

/** The times at which a step is reached from those at which the one before was: the latest one before is nearest, least can lie between, and its chain began the latest. */
function follow(
  reached: readonly Reached[],
  own: readonly EventFact[],
  { withinMs, blocking }: { withinMs: number | undefined; blocking: readonly EventFact[] },
): Reached[] {
  const found: Reached[] = []
  let [before, block] = [-1, -1]
  for (const { timeMs } of own) {
    while (before + 1 < reached.length && reached[before + 1]!.timeMs < timeMs) before += 1
    while (block + 1 < blocking.length && blocking[block + 1]!.timeMs < timeMs) block += 1
    const from = reached[before]
    if (!from || (withinMs !== undefined && timeMs - from.timeMs > withinMs) || (blocking[block]?.timeMs ?? -Infinity) > from.timeMs) continue
    found.push({ timeMs, beganMs: from.beganMs })
  }
  return found
}
