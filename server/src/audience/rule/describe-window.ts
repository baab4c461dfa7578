import type { LocaleText } from '../../../../contracts/common.ts'
import type { EventWindow, Span } from '../../../../contracts/rule.ts'
import { assertNever } from '../../platform/errors.ts'
import { unknown, type RuleWords } from './describe-words.ts'

type CalendarUnit = Extract<EventWindow, { kind: 'calendar' }>['unit']

const thisUnit: Record<CalendarUnit, LocaleText> = {
  day: { zh: '今天', en: 'today' },
  week: { zh: '本周', en: 'this week' },
  month: { zh: '本月', en: 'this month' },
  quarter: { zh: '本季度', en: 'this quarter' },
  year: { zh: '今年', en: 'this year' },
}
const lastUnit: Record<CalendarUnit, LocaleText> = {
  day: { zh: '昨天', en: 'yesterday' },
  week: { zh: '上周', en: 'last week' },
  month: { zh: '上个月', en: 'last month' },
  quarter: { zh: '上个季度', en: 'last quarter' },
  year: { zh: '去年', en: 'last year' },
}
const wholeUnits: Record<CalendarUnit, string> = { day: '天', week: '个整周', month: '个整月', quarter: '个整季度', year: '个整年' }
const spanUnits = { minute: { zh: '分钟', en: 'minute' }, hour: { zh: '小时', en: 'hour' }, day: { zh: '天', en: 'day' } } as const

/** 2 天 / 2 days */
export function describeSpan({ amount, unit }: Span): LocaleText {
  const words = spanUnits[unit]
  return { zh: `${amount} ${words.zh}`, en: `${amount} ${words.en}${amount === 1 ? '' : 's'}` }
}

/** A window in words: in front of what happened in Chinese, behind it in English. Both are empty for one that is open. */
export function describeWindow(window: EventWindow, words: Pick<RuleWords, 'timezone' | 'campaigns'>): LocaleText {
  switch (window.kind) {
    case 'ever':
      return { zh: '', en: '' }
    case 'last': {
      const { zh, en } = describeSpan(window)
      return { zh: `最近 ${zh}内`, en: `in the last ${window.amount === 1 ? en.slice(2) : en}` }
    }
    case 'before': {
      const { zh, en } = describeSpan(window)
      return { zh: `${zh}以前`, en: `more than ${en} ago` }
    }
    case 'between': {
      const [from, to] = [localTime(window.from, words.timezone), localTime(window.to, words.timezone)]
      return { zh: `${from} 至 ${to} 前`, en: `from ${from} until ${to}` }
    }
    case 'calendar': {
      const { unit, previous } = window
      if (previous === 0) return thisUnit[unit]
      if (previous === 1) return lastUnit[unit]
      return { zh: `${thisUnit[unit].zh}之前的 ${previous} ${wholeUnits[unit]}内`, en: `in the ${previous} whole ${unit}s before ${thisUnit[unit].en}` }
    }
    case 'sinceCampaign': {
      if (window.campaignId === undefined) return { zh: '最近一次被任意活动触达之后', en: 'since the last contact by any campaign' }
      const name = words.campaigns.get(window.campaignId.toLowerCase())
      return { zh: `最近一次被活动「${name ?? unknown.zh}」触达之后`, en: `since the last contact by campaign “${name ?? unknown.en}”` }
    }
    default:
      return assertNever(window)
  }
}

/** `2026-11-01`, or with the minute when it is not midnight. */
function localTime(instant: string, timezone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'short' })
  return format.format(new Date(instant)).replace(/ 00:00$/, '')
}
