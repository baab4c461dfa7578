import type { AttributeType } from '../../../../../contracts/people.ts'
import {
  timeProperty,
  type EventRule,
  type EventValueRule,
  type EventWindow,
  type MessageBehaviour,
  type MessageRule,
  type Rule,
  type SequenceStep,
  type ValueTest,
} from '../../../../../contracts/rule.ts'
import { addDays } from './zone-days.ts'

/** Operators as the builder offers them: `is` of several values is written `oneOf` and reads the same. */
export const offeredOperators = {
  text: ['is', 'isNot', 'contains', 'startsWith', 'within', 'isSet', 'isNotSet'],
  number: ['equals', 'notEquals', 'greaterThan', 'atLeast', 'lessThan', 'atMost', 'between', 'isSet', 'isNotSet'],
  date: ['withinLast', 'withinNext', 'moreThanAgo', 'before', 'after', 'between', 'isSet', 'isNotSet'],
  boolean: ['isTrue', 'isFalse', 'isSet', 'isNotSet'],
  list: ['hasAny', 'hasAll', 'hasNone', 'count', 'isSet', 'isNotSet'],
  anniversary: ['today', 'withinNext', 'withinLast', 'thisMonth', 'nextMonth'],
} as const satisfies { [Type in ValueTest['type']]: readonly Extract<ValueTest, { type: Type }>['operator'][] }
export type OfferedOperator = (typeof offeredOperators)[ValueTest['type']][number]

/** The operator that the builder shows for a test. */
export const shownOperator = (test: ValueTest): OfferedOperator => (test.operator === 'oneOf' ? 'is' : test.operator)

/** A test to begin with. */
export function newTest(type: AttributeType, today: string): ValueTest {
  switch (type) {
    case 'text':
      return { type, operator: 'is', values: [] }
    case 'list':
      return { type, operator: 'hasAny', values: [] }
    case 'number':
      return { type, operator: 'atLeast', values: [1] }
    case 'date':
      return testWith({ type, operator: 'isSet', values: [] }, 'withinLast', today)
    case 'boolean':
      return { type, operator: 'isTrue' }
  }
}

/** A test of a region to begin with. */
export const newRegionTest = (): ValueTest => ({ type: 'text', operator: 'within', values: [] })

/** The test with another operator, keeping the values that still fit. */
export function testWith(test: ValueTest, operator: OfferedOperator, today: string): ValueTest {
  switch (test.type) {
    case 'text':
      return textTest(operator as never, operator === 'isSet' || operator === 'isNotSet' ? [] : test.values)
    case 'number':
      return { ...test, operator: operator as typeof test.operator, values: numbersFor(operator, test.values) }
    case 'date':
      return { ...test, operator: operator as typeof test.operator, values: datesFor(operator, test.values, today) }
    case 'boolean':
      return { ...test, operator: operator as typeof test.operator }
    case 'list':
      return listTest(operator as typeof test.operator, test)
    case 'anniversary':
      return {
        ...test,
        operator: operator as typeof test.operator,
        values: operator === 'withinNext' || operator === 'withinLast' ? [test.values[0] ?? 7] : [],
      }
  }
}

type ListTest = Extract<ValueTest, { type: 'list' }>

function listTest(operator: ListTest['operator'], { values, comparison }: ListTest): ListTest {
  if (operator === 'count') return { type: 'list', operator, values: [], comparison: comparison ?? { operator: 'atLeast', values: [1] } }
  return { type: 'list', operator, values: operator === 'isSet' || operator === 'isNotSet' ? [] : values }
}

/** How a date is meant: the day itself, or the day that comes back every year by one calendar or the other. */
export type DateMeaning = 'day' | 'solar' | 'lunar'

/** A date's test with another meaning; one that has it already stays as it is. */
export function dateMeaning(test: ValueTest, meaning: DateMeaning, today: string): ValueTest {
  if (meaning === 'day') return test.type === 'date' ? test : newTest('date', today)
  return test.type === 'anniversary' ? { ...test, calendar: meaning } : { type: 'anniversary', calendar: meaning, operator: 'withinNext', values: [7] }
}

type TextTest = Extract<ValueTest, { type: 'text' }>

/** A test of text; several values are one of them, and only `is` takes several. */
export function textTest(operator: (typeof offeredOperators.text)[number], values: string[]): TextTest {
  if (operator === 'is') return { type: 'text', operator: values.length > 1 ? 'oneOf' : 'is', values }
  if (operator === 'within') return { type: 'text', operator, values }
  return { type: 'text', operator, values: values.slice(0, 1) }
}

/** As many numbers as the operator takes, those at hand first. */
export function numbersFor(operator: string, values: readonly number[]): number[] {
  if (operator === 'isSet' || operator === 'isNotSet') return []
  const [first = 1, second] = values
  return operator === 'between' ? [first, second ?? Math.max(first, 10)] : [first]
}

function datesFor(operator: string, values: readonly (string | number)[], today: string): (string | number)[] {
  const days = values.filter((value) => typeof value === 'number')
  const dates = values.filter((value) => typeof value === 'string')
  if (operator === 'isSet' || operator === 'isNotSet') return []
  if (operator === 'withinLast' || operator === 'withinNext' || operator === 'moreThanAgo') return [days[0] ?? 30]
  const [first = addDays(today, -30), second] = dates
  return operator === 'between' ? [first, second ?? (first > today ? first : today)] : [first]
}

export const newAttribute = (attribute = '', test: ValueTest = { type: 'text', operator: 'is', values: [] }): Rule => ({ kind: 'attribute', attribute, test })
export const newEvent = (event = ''): EventRule => didTimes(event, { operator: 'atLeast', values: [1] }, lastDays(30))
export const newLayer = (modelId: string): Rule => ({ kind: 'layer', modelId, layers: [] })
export const newSegment = (segmentId = ''): Rule => ({ kind: 'segment', segmentId })
export const newTag = (tagId = ''): Rule => ({ kind: 'tag', tagId, values: [], window: ever })
export const newConsent = (): Rule => ({ kind: 'consent', channel: 'sms', state: 'granted' })
export const newMessage = (behaviour: MessageBehaviour = 'sent'): MessageRule => ({
  kind: 'message',
  behaviour,
  comparison: once,
  window: lastDays(90),
  ...(behaviour === 'ignored' && { comparison: { operator: 'atLeast', values: [3] }, afterDays: 7, inARow: true }),
})
export const newStep = (event = ''): SequenceStep => ({ event, filters: [], without: [] })
export const newSequence = (): Rule => ({ kind: 'sequence', steps: [newStep(), { ...newStep(), within: { amount: 3, unit: 'day' } }], window: lastDays(90) })
export const newEventValue = (event = ''): EventValueRule => ({
  kind: 'eventValue',
  event,
  filters: [],
  which: 'last',
  of: timeProperty,
  test: { type: 'date', operator: 'withinLast', values: [30] },
  window: ever,
})
export const newAddress = (): Rule => ({ kind: 'hasAddress', channel: 'sms' })
export const newGroup = (): Rule => ({ kind: 'any', rules: [] })

export const lastDays = (amount: number): EventWindow => ({ kind: 'last', amount, unit: 'day' })
export const ever: EventWindow = { kind: 'ever' }

/** Somebody did something so many times in a window. */
export function didTimes(event: string, comparison: EventRule['comparison'], window: EventWindow): EventRule {
  return { kind: 'event', event, filters: [], measure: { kind: 'times' }, comparison, window }
}

export const once: EventRule['comparison'] = { operator: 'atLeast', values: [1] }
export const never: EventRule['comparison'] = { operator: 'equals', values: [0] }

/** Whether the condition says that somebody did not do it. */
export const isNever = ({ measure, comparison }: EventRule): boolean =>
  measure.kind === 'times' && comparison.operator === 'equals' && comparison.values[0] === 0
