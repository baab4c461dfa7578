import type { LocaleText } from '../../../../contracts/common.ts'
import type { ValueTest } from '../../../../contracts/rule.ts'
import { assertNever } from '../../platform/errors.ts'

const shownMax = 5

/** A test of a value in words, put after what is tested: 「城市」+「是上海或北京」, "City" + "is 上海 or 北京". */
export function describeTest(test: ValueTest, unit: LocaleText = { zh: '', en: '' }): LocaleText {
  switch (test.type) {
    case 'text':
      return textWords(test)
    case 'number':
      return numberWords(test.operator, test.values, unit)
    case 'date':
      return dateWords(test)
    case 'boolean':
      return booleanWords[test.operator]
    case 'list':
      return listWords(test)
    case 'anniversary':
      return anniversaryWords(test)
    default:
      return assertNever(test)
  }
}

const set: LocaleText = { zh: '有值', en: 'is set' }
const notSet: LocaleText = { zh: '没有值', en: 'is not set' }
const booleanWords = { isTrue: { zh: '为「是」', en: 'is yes' }, isFalse: { zh: '为「否」', en: 'is no' }, isSet: set, isNotSet: notSet }

/** 上海、北京或广州; past five, the number of them instead of the rest. */
export function listed(values: readonly string[]): LocaleText {
  const [first = '', ...rest] = values
  if (rest.length === 0) return { zh: first, en: first }
  if (values.length > shownMax) {
    const shown = values.slice(0, shownMax - 2)
    return { zh: `${shown.join('、')}等 ${values.length} 个之一`, en: `one of ${values.length} (${shown.join(', ')}, …)` }
  }
  const last = values.at(-1) ?? ''
  const before = values.slice(0, -1)
  return { zh: `${before.join('、')}或${last}`, en: `${before.join(', ')} or ${last}` }
}

function textWords({ operator, values }: Extract<ValueTest, { type: 'text' }>): LocaleText {
  const one = values[0] ?? ''
  switch (operator) {
    case 'is':
      return { zh: `是${one}`, en: `is ${one}` }
    case 'isNot':
      return { zh: `不是${one}`, en: `is not ${one}` }
    case 'oneOf': {
      const list = listed(values)
      return { zh: `是${list.zh}`, en: `is ${list.en}` }
    }
    case 'contains':
      return { zh: `包含「${one}」`, en: `contains “${one}”` }
    case 'within':
      return { zh: `位于${listed(values).zh}`, en: `is in ${listed(values).en}` }
    case 'startsWith':
      return { zh: `以「${one}」开头`, en: `starts with “${one}”` }
    case 'isSet':
      return set
    case 'isNotSet':
      return notSet
    default:
      return assertNever(operator)
  }
}

const singular: Record<string, string> = { times: 'time', days: 'day', items: 'item', messages: 'message' }
/** A unit of English behind a number. */
export const unitBehind = (number: number, unit: string): string => (number === 1 ? (singular[unit] ?? unit) : unit)

type NumberOperator = Extract<ValueTest, { type: 'number' }>['operator']

/** A comparison of a number in words, with its unit after the number. */
export function numberWords(operator: NumberOperator, values: readonly number[], unit: LocaleText): LocaleText {
  const [first = 0, second = 0] = values
  const zh = (number: number) => (unit.zh === '' ? String(number) : `${number} ${unit.zh}`)
  const en = (number: number) => (unit.en === '' ? String(number) : `${number} ${unitBehind(number, unit.en)}`)
  switch (operator) {
    case 'equals':
      return { zh: `等于 ${zh(first)}`, en: `is exactly ${en(first)}` }
    case 'notEquals':
      return { zh: `不等于 ${zh(first)}`, en: `is not ${en(first)}` }
    case 'greaterThan':
      return { zh: `大于 ${zh(first)}`, en: `is more than ${en(first)}` }
    case 'atLeast':
      return { zh: `至少 ${zh(first)}`, en: `is at least ${en(first)}` }
    case 'lessThan':
      return { zh: `小于 ${zh(first)}`, en: `is less than ${en(first)}` }
    case 'atMost':
      return { zh: `至多 ${zh(first)}`, en: `is at most ${en(first)}` }
    case 'between':
      return { zh: `在 ${first} 到 ${zh(second)}之间`, en: `is between ${first} and ${en(second)}` }
    case 'isSet':
      return set
    case 'isNotSet':
      return notSet
    default:
      return assertNever(operator)
  }
}

function dateWords({ operator, values }: Extract<ValueTest, { type: 'date' }>): LocaleText {
  const [first, second] = values
  switch (operator) {
    case 'before':
      return { zh: `早于 ${first}`, en: `is before ${first}` }
    case 'after':
      return { zh: `晚于 ${first}`, en: `is after ${first}` }
    case 'between':
      return { zh: `在 ${first} 到 ${second} 之间`, en: `is from ${first} to ${second}` }
    case 'withinLast':
      return first === 0 ? { zh: '是今天', en: 'is today' } : { zh: `在最近 ${first} 天内`, en: `is within the last ${days(first)}` }
    case 'withinNext':
      return first === 0 ? { zh: '是今天', en: 'is today' } : { zh: `在未来 ${first} 天内`, en: `is within the next ${days(first)}` }
    case 'moreThanAgo':
      return { zh: `在 ${first} 天以前`, en: `is more than ${days(first)} ago` }
    case 'isSet':
      return set
    case 'isNotSet':
      return notSet
    default:
      return assertNever(operator)
  }
}

const days = (count: unknown) => (count === 1 ? '1 day' : `${String(count)} days`)

function listWords({ operator, values, comparison }: Extract<ValueTest, { type: 'list' }>): LocaleText {
  const any = listed(values)
  switch (operator) {
    case 'hasAny':
      return { zh: `含有${any.zh}`, en: `includes ${any.en}` }
    case 'hasAll':
      return { zh: `同时含有${values.join('、')}`, en: `includes all of ${values.join(', ')}` }
    case 'hasNone':
      return { zh: `不含${any.zh}`, en: `includes no ${any.en}` }
    case 'count': {
      const words = numberWords(comparison?.operator ?? 'atLeast', comparison?.values ?? [1], { zh: '项', en: 'items' })
      return { zh: `的项数${words.zh}`, en: `has ${words.en.replace(/^is /, '')}` }
    }
    case 'isSet':
      return set
    case 'isNotSet':
      return notSet
    default:
      return assertNever(operator)
  }
}

function anniversaryWords({ calendar, operator, values: [count = 0] }: Extract<ValueTest, { type: 'anniversary' }>): LocaleText {
  const by = calendar === 'solar' ? { zh: '按公历', en: 'by the solar calendar' } : { zh: '按农历', en: 'by the lunar calendar' }
  const when: Record<typeof operator, LocaleText> = {
    today: { zh: '就在今天', en: 'today' },
    withinNext: { zh: `在未来 ${count} 天内`, en: `within the next ${days(count)}` },
    withinLast: { zh: `在过去 ${count} 天内`, en: `within the last ${days(count)}` },
    thisMonth: { zh: '在本月', en: 'this month' },
    nextMonth: { zh: '在下个月', en: 'next month' },
  }
  return { zh: `的周年${by.zh}${when[operator].zh}`, en: `comes round ${by.en} ${when[operator].en}` }
}
