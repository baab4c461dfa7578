import type { LocaleText } from '../../../../contracts/common.ts'
import {
  anyEvent,
  isPropertyFilter,
  timeProperty,
  type EventRule,
  type EventValueRule,
  type Filter,
  type SequenceEvent,
  type SequenceRule,
} from '../../../../contracts/rule.ts'
import { assertNever } from '../../platform/errors.ts'
import { describeTest, numberWords } from './describe-test.ts'
import { describeSpan, describeWindow } from './describe-window.ts'
import { eventName, noUnit, propertyWords, spaced, type RuleWords } from './describe-words.ts'

const amounts = {
  sum: { zh: '合计', en: 'total' },
  average: { zh: '平均值', en: 'average' },
  minimum: { zh: '最小值', en: 'lowest' },
  maximum: { zh: '最大值', en: 'highest' },
} satisfies Record<string, LocaleText>

/** 最近 30 天内「Order Completed」至少 2 次 / “Order Completed” at least 2 times in the last 30 days */
export function describeEvent(rule: EventRule, words: RuleWords): LocaleText {
  const window = describeWindow(rule.window, words)
  const event = describeMatch(rule, words)
  const { measure, comparison } = rule
  const compared = (unit: LocaleText) => numberWords(comparison.operator, comparison.values, unit)
  switch (measure.kind) {
    case 'times': {
      const { before, after } = timesWords(rule)
      return { zh: `${window.zh}${before.zh}${event.zh}${after.zh}`, en: then(`${before.en}${event.en}${after.en}`, window.en) }
    }
    case 'days': {
      const days = compared({ zh: '天', en: 'days' })
      return { zh: `${window.zh}有${event.zh}的天数${days.zh}`, en: then(`${event.en} on ${days.en.replace(/^is /, '')}`, window.en) }
    }
    case 'distinct': {
      const { name } = propertyWords(rule.event, measure.of, words)
      return {
        zh: spaced(spaced(`${window.zh}${event.zh}的不同`, name.zh), compared({ zh: '个', en: '' }).zh),
        en: `${then(`the number of different values of ${name.en} of ${event.en}`, window.en)} ${compared(noUnit).en}`,
      }
    }
    case 'sum':
    case 'average':
    case 'minimum':
    case 'maximum': {
      const { name, unit } = propertyWords(rule.event, measure.of, words)
      const how = amounts[measure.kind]
      return {
        zh: `${window.zh}${event.zh}的${spaced(name.zh, `${how.zh}${compared(unit).zh}`)}`,
        en: `${then(`the ${how.en} ${name.en} of ${event.en}`, window.en)} ${compared(unit).en}`,
      }
    }
    default:
      return assertNever(measure)
  }
}

const then = (text: string, more: string) => (more === '' ? text : `${text} ${more}`)

function timesWords({ event, comparison: { operator, values } }: EventRule): { before: LocaleText; after: LocaleText } {
  const [first] = values
  if (operator === 'atLeast' && first === 1) return { before: { zh: '有过', en: 'did ' }, after: noUnit }
  if (operator === 'equals' && first === 0) return { before: { zh: '没有过', en: event === anyEvent ? 'did not do ' : 'did not ' }, after: noUnit }
  const words = numberWords(operator, values, { zh: '次', en: 'times' })
  return { before: noUnit, after: { zh: words.zh.replace(/次之间$/, '次'), en: ` ${words.en.replace(/^is /, '')}` } }
}

/** 「浏览」（品类是护肤） / “Product Viewed” (category is 护肤) */
function describeMatch({ event, filters }: SequenceEvent, words: RuleWords): LocaleText {
  const name = eventName(event, words)
  if (filters.length === 0) return name
  const parts = filters.map((filter) => describeFilter(filter, event, words))
  return { zh: `${name.zh}（${parts.map((part) => part.zh).join('，')}）`, en: `${name.en} (${parts.map((part) => part.en).join(', ')})` }
}

function describeFilter(filter: Filter, event: string, words: RuleWords): LocaleText {
  if (isPropertyFilter(filter)) {
    const { name, unit } = propertyWords(event, filter.property, words)
    const test = describeTest(filter.test, unit)
    return { zh: spaced(name.zh, test.zh), en: `${name.en} ${test.en}` }
  }
  if (filter.kind === 'not') {
    const inner = describeFilter(filter.filter, event, words)
    return { zh: `不满足（${inner.zh}）`, en: `not (${inner.en})` }
  }
  const parts = filter.filters.map((each) => describeFilter(each, event, words))
  if (parts.length === 0) return filter.kind === 'all' ? { zh: '不限', en: 'anything' } : { zh: '都不算', en: 'nothing' }
  const [zh, en] = filter.kind === 'all' ? ['且', ' and '] : ['或', ' or ']
  const text = { zh: parts.map((part) => part.zh).join(zh), en: parts.map((part) => part.en).join(en) }
  return parts.length === 1 ? text : { zh: `（${text.zh}）`, en: `(${text.en})` }
}

/** 最后一次「下单」的品类是护肤 / the category of the last “Order Completed” is 护肤 */
export function describeEventValue(rule: EventValueRule, words: RuleWords): LocaleText {
  const window = describeWindow(rule.window, words)
  const event = describeMatch(rule, words)
  const which = rule.which === 'first' ? { zh: '首次', en: 'first' } : { zh: '最后一次', en: 'last' }
  const isTime = rule.of === timeProperty
  const { name, unit } = isTime ? { name: { zh: '时间', en: 'time' }, unit: noUnit } : propertyWords(rule.event, rule.of, words)
  const test = describeTest(rule.test, unit)
  return {
    zh: spaced(spaced(`${window.zh}${which.zh}${event.zh}的`, name.zh), test.zh),
    en: `${then(`the ${name.en} of the ${which.en} ${event.en}`, window.en)} ${test.en}`,
  }
}

/** 先「浏览」，然后 1 天内「加购」（其间没有「下单」） / “A”, then within 1 day “B” (without “C” between) */
export function describeSequence(rule: SequenceRule, words: RuleWords): LocaleText {
  const window = describeWindow(rule.window, words)
  const steps = rule.steps.map((step, index): LocaleText => {
    const event = describeMatch(step, words)
    if (index === 0) return { zh: `先${event.zh}`, en: event.en }
    const within = step.within && describeSpan(step.within)
    const none = step.without.map((each) => describeMatch(each, words))
    const between =
      none.length === 0
        ? noUnit
        : { zh: `（其间没有${none.map((each) => each.zh).join('、')}）`, en: ` (without ${none.map((each) => each.en).join(' or ')} between)` }
    return { zh: `然后${within ? ` ${within.zh}内` : ''}${event.zh}${between.zh}`, en: `then ${within ? `within ${within.en} ` : ''}${event.en}${between.en}` }
  })
  const whole = rule.within && describeSpan(rule.within)
  return {
    zh: `${window.zh}${steps.map((step) => step.zh).join('，')}${whole ? `，全程不超过 ${whole.zh}` : ''}`,
    en: then(`${steps.map((step) => step.en).join(', ')}${whole ? `, all within ${whole.en}` : ''}`, window.en && `(${window.en})`),
  }
}
