import {
  amountProperty,
  isPropertyFilter,
  meansEvent,
  timeProperty,
  type EventRule,
  type EventValueRule,
  type EventWindow,
  type Filter,
  type SequenceEvent,
} from '../../../../contracts/rule.ts'
import { dayInZone } from './date-text.ts'
import type { EventFact, Outcome, PersonFacts } from './evaluate-rule.ts'
import { evaluateTest } from './evaluate-test.ts'
import { windowBounds } from './event-window.ts'
import { compares, microPerFen, microPerUnit, toMicro } from './measure.ts'
import type { RuleMoment } from './resolved-rule.ts'
import { valueAt } from './value-at.ts'

/** Whether an instant lies in a window of this person. */
export function inWindow(timeMs: number, window: EventWindow, facts: PersonFacts, moment: RuleMoment): boolean {
  const { from, to } = windowBounds(window, moment)
  if (from && timeMs < from.getTime()) return false
  if (to && timeMs >= to.getTime()) return false
  if (window.kind !== 'sinceCampaign') return true
  const contact = lastContactMs(facts, window.campaignId, moment)
  return contact !== null && timeMs > contact
}

function lastContactMs({ events }: PersonFacts, campaignId: string | undefined, { now }: RuleMoment): number | null {
  let last: number | null = null
  for (const { event, timeMs, properties } of events) {
    if (event !== 'Message Accepted' || timeMs >= now.getTime() || (last !== null && timeMs <= last)) continue
    if (campaignId === undefined || valueAt(properties, 'campaignId') === campaignId.toLowerCase()) last = timeMs
  }
  return last
}

/** The events of a window, in no order. */
export function eventsIn(window: EventWindow, facts: PersonFacts, moment: RuleMoment): EventFact[] {
  return facts.events.filter((fact) => inWindow(fact.timeMs, window, facts, moment))
}

/** Whether an event has the name and passes the filters. */
export function matches({ event, filters }: SequenceEvent, fact: EventFact, moment: RuleMoment): boolean {
  return meansEvent(event, fact.event) && filters.every((filter) => passes(filter, fact, moment))
}

function passes(filter: Filter, fact: EventFact, moment: RuleMoment): boolean {
  if (isPropertyFilter(filter)) return evaluateTest(propertyOf(fact, filter.property), filter.test, moment)
  if (filter.kind === 'not') return !passes(filter.filter, fact, moment)
  const each = (inner: Filter) => passes(inner, fact, moment)
  return filter.kind === 'all' ? filter.filters.every(each) : filter.filters.some(each)
}

function propertyOf(fact: EventFact, property: string): unknown {
  if (property !== amountProperty) return valueAt(fact.properties, property)
  return fact.amountFen === null ? undefined : fact.amountFen / 100
}

/** An event condition on one person's events. */
export function evaluateEvents(leaf: EventRule, facts: PersonFacts, moment: RuleMoment): Outcome {
  const matching = eventsIn(leaf.window, facts, moment).filter((fact) => matches(leaf, fact, moment))
  const { measure, comparison } = leaf
  const counted = (count: number): Outcome => ({ holds: compares(count, comparison.operator, comparison.values), value: String(count) })
  if (measure.kind === 'times') return counted(matching.length)
  if (measure.kind === 'days') return counted(new Set(matching.map((fact) => dayInZone(new Date(fact.timeMs), moment.timezone))).size)
  if (!('of' in measure)) throw new Error('A measure without a property')
  if (measure.kind === 'distinct') return counted(new Set(matching.flatMap((fact) => scalarOf(propertyOf(fact, measure.of)))).size)
  const numbers = matching.flatMap((fact) => measured(fact, measure.of) ?? [])
  const wanted = comparison.values.map((value) => toMicro(value) ?? 0n)
  const sum = numbers.reduce((total, number) => total + number, 0n)
  if (measure.kind === 'sum') return { holds: compares(sum, comparison.operator, wanted), value: decimal(sum) }
  if (numbers.length === 0) return { holds: false, value: null }
  if (measure.kind === 'average') {
    const average = Number(sum) / numbers.length
    return { holds: compares(average, comparison.operator, wanted.map(Number)), value: String(average / microPerUnit) }
  }
  const extreme = numbers.reduce((best, number) => ((measure.kind === 'minimum' ? number < best : number > best) ? number : best))
  return { holds: compares(extreme, comparison.operator, wanted), value: decimal(extreme) }
}

/** A value that counts as one of several, with its type; nothing for what is no value. */
function scalarOf(value: unknown): string[] {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' || typeof value === 'boolean' ? [`${typeof value} ${value}`] : []
}

/** A condition on the first or last event of one person. */
export function evaluateEventValue(leaf: EventValueRule, facts: PersonFacts, moment: RuleMoment): Outcome {
  const matching = eventsIn(leaf.window, facts, moment).filter((fact) => matches(leaf, fact, moment))
  const sign = leaf.which === 'first' ? -1 : 1
  const [found] = matching.toSorted((left, right) => -sign * isLater(left, right))
  const value = found && (leaf.of === timeProperty ? new Date(found.timeMs).toISOString() : propertyOf(found, leaf.of))
  return { holds: evaluateTest(value, leaf.test, moment), value: shown(value) }
}

/** The order of events in time; at one instant by their ids, as the warehouse orders them: by the second half, then by the first. */
function isLater(left: EventFact, right: EventFact): number {
  if (left.timeMs !== right.timeMs) return left.timeMs - right.timeMs
  const order = (id: string) => `${id.slice(19)}${id.slice(0, 18)}`.toLowerCase()
  return order(left.id) < order(right.id) ? -1 : 1
}

function measured(fact: EventFact, of: string): bigint | null {
  if (of === amountProperty) return fact.amountFen === null ? null : BigInt(fact.amountFen) * BigInt(microPerFen)
  const value = valueAt(fact.properties, of)
  return typeof value === 'number' ? toMicro(value) : null
}

const decimal = (micro: bigint) => String(Number(micro) / microPerUnit)

/** A value as text; null for none. */
export function shown(value: unknown): string | null {
  if (value === undefined) return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}
