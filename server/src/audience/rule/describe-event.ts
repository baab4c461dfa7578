import type { LocaleText } from '../../../../contracts/common.ts'
import { amountProperty, isPropertyFilter, anyEvent, type EventRule, type EventWindow } from '../../../../contracts/rule.ts'
import { assertNever } from '../../platform/errors.ts'
import { describeTest, numberWords } from './describe-test.ts'

const yuan: LocaleText = { zh: '元', en: 'yuan' }
const noUnit: LocaleText = { zh: '', en: '' }
const measureWords = {
  sum: { zh: '合计', en: 'total' },
  average: { zh: '平均值', en: 'average' },
  minimum: { zh: '最小值', en: 'lowest' },
  distinct: { zh: '不同值的个数', en: 'number of different values of' },
  maximum: { zh: '最大值', en: 'highest' },
} satisfies Record<string, LocaleText>

/** 最近 30 天内「Order Completed」至少 2 次 / “Order Completed” at least 2 times in the last 30 days */
export function describeEvent(rule: EventRule, timezone: string): LocaleText {
  const window = describeWindow(rule.window, timezone)
  const filters = describeFilters(rule)
  const name = rule.event === anyEvent ? { zh: '任意行为', en: 'anything' } : { zh: `「${rule.event}」`, en: `“${rule.event}”` }
  const event = { zh: name.zh + filters.zh, en: name.en + filters.en }
  const en = (text: string) => (window.en === '' ? text : `${text} ${window.en}`)
  if (!('of' in rule.measure)) {
    const { before, after } = timesWords(rule)
    return { zh: `${window.zh}${before.zh}${event.zh}${after.zh}`, en: en(`${before.en}${event.en}${after.en}`) }
  }
  const { of } = rule.measure
  const isMoney = of === amountProperty
  const words = measureWords[rule.measure.kind]
  const comparison = numberWords(rule.comparison.operator, rule.comparison.values, isMoney ? yuan : noUnit)
  const what = isMoney ? { zh: '金额', en: 'amount' } : { zh: of, en: of }
  return { zh: `${window.zh}${event.zh}的${what.zh}${words.zh}${comparison.zh}`, en: `${en(`the ${words.en} ${what.en} of ${event.en}`)} ${comparison.en}` }
}

function timesWords({ event, comparison: { operator, values } }: EventRule): { before: LocaleText; after: LocaleText } {
  const [first] = values
  const none: LocaleText = { zh: '', en: '' }
  if (operator === 'atLeast' && first === 1) return { before: { zh: '有过', en: 'did ' }, after: none }
  if (operator === 'equals' && first === 0) return { before: { zh: '没有过', en: event === anyEvent ? 'did not do ' : 'did not ' }, after: none }
  const words = numberWords(operator, values, { zh: '次', en: 'times' })
  return { before: none, after: { zh: words.zh.replace(/次之间$/, '次'), en: ` ${words.en.replace(/^is /, '')}` } }
}

function describeFilters({ filters }: EventRule): LocaleText {
  if (filters.length === 0) return { zh: '', en: '' }
  const parts = filters.filter(isPropertyFilter).map(({ property, test }) => {
    const isMoney = property === amountProperty
    const words = describeTest(test, isMoney ? yuan : noUnit)
    return { zh: `${isMoney ? '金额' : property}${/[\x21-\x7e]$/.test(property) && !isMoney ? ' ' : ''}${words.zh}`, en: `${property} ${words.en}` }
  })
  return { zh: `（${parts.map((part) => part.zh).join('，')}）`, en: ` (${parts.map((part) => part.en).join(', ')})` }
}

function describeWindow(window: EventWindow, timezone: string): LocaleText {
  switch (window.kind) {
    case 'ever':
      return { zh: '', en: '' }
    case 'last': {
      const { amount, unit } = window
      const one = unit === 'day' ? 'day' : 'hour'
      return { zh: `最近 ${amount} ${unit === 'day' ? '天' : '小时'}内`, en: amount === 1 ? `in the last ${one}` : `in the last ${amount} ${one}s` }
    }
    case 'between': {
      const [from, to] = [localTime(window.from, timezone), localTime(window.to, timezone)]
      return { zh: `${from} 至 ${to} 前`, en: `from ${from} until ${to}` }
    }
    case 'before':
    case 'calendar':
    case 'sinceCampaign':
      return { zh: window.kind, en: window.kind }
    default:
      return assertNever(window)
  }
}

/** `2026-11-01`, or with the minute when it is not midnight. */
function localTime(instant: string, timezone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'short' })
  return format.format(new Date(instant)).replace(/ 00:00$/, '')
}
