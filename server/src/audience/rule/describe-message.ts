import type { LocaleText } from '../../../../contracts/common.ts'
import { ignoredAfterDays, type ConsentRule, type MessageRule, type TagRule } from '../../../../contracts/rule.ts'
import { listed, numberWords, unitBehind } from './describe-test.ts'
import { describeWindow } from './describe-window.ts'
import { unknown, type RuleWords } from './describe-words.ts'

/** What became of messages; in English one of them, and several. */
const behaviours: Record<Exclude<MessageRule['behaviour'], 'ignored' | 'heldBack'>, (noun: LocaleText) => { zh: string; en: [one: string, many: string] }> = {
  sent: (noun) => ({ zh: `收到${noun.zh}`, en: [`${noun.en} sent`, `${noun.en}s sent`] }),
  delivered: (noun) => ({ zh: `${noun.zh}送达`, en: [`${noun.en} delivered`, `${noun.en}s delivered`] }),
  failed: (noun) => ({ zh: `${noun.zh}发送失败`, en: [`${noun.en} failed`, `${noun.en}s failed`] }),
  replied: (noun) => ({ zh: `回复${noun.zh}`, en: [`reply to ${noun.en}s`, `replies to ${noun.en}s`] }),
  optedOut: (noun) => ({ zh: `退订${noun.zh}`, en: [`opt-out from ${noun.en}s`, `opt-outs from ${noun.en}s`] }),
}

/** 最近 30 天内活动「双 11」的短信送达至少 2 次 / at least 2 text messages delivered of campaign “双 11” in the last 30 days */
export function describeMessage(rule: MessageRule, words: RuleWords): LocaleText {
  const noun = rule.channel === 'sms' ? { zh: '短信', en: 'text message' } : { zh: '消息', en: 'message' }
  const window = describeWindow(rule.window, words)
  const campaign = rule.campaignId === undefined ? undefined : words.campaigns.get(rule.campaignId.toLowerCase())
  const of = rule.campaignId === undefined ? { zh: '', en: '' } : { zh: `活动「${campaign ?? unknown.zh}」的`, en: ` of campaign “${campaign ?? unknown.en}”` }
  const after = window.en === '' ? '' : ` ${window.en}`
  if (rule.behaviour === 'ignored') {
    const count = countWords(rule, '条')
    const days = rule.afterDays ?? ignoredAfterDays
    return {
      zh: `${window.zh}${of.zh}${noun.zh}发出 ${days} 天内未回应${rule.inARow ? '的连续条数' : '的'}${count.zh}`,
      en: `${count.en} ${noun.en}${count.isOne ? '' : 's'}${of.en}${rule.inARow ? ' in a row' : ''} not answered within ${days} day${days === 1 ? '' : 's'}${after}`,
    }
  }
  const count = countWords(rule, '次')
  const { operator, values } = rule.comparison
  const isNever = operator === 'equals' && values[0] === 0
  const isOnce = operator === 'atLeast' && values[0] === 1
  if (rule.behaviour === 'heldBack') {
    const times = isNever ? 'never ' : ''
    const often = isNever || isOnce ? '' : ` ${count.en} ${unitBehind(count.isOne ? 1 : 2, 'times')}`
    return { zh: `${window.zh}${zhCount({ isNever, isOnce }, `${of.zh}被留作对照组`, count.zh)}`, en: `${times}held back as a control${of.en}${often}${after}` }
  }
  const did = behaviours[rule.behaviour](noun)
  const [one, many] = did.en
  const often = isNever ? `no ${many}` : isOnce ? `at least one ${one}` : `${count.en} ${count.isOne ? one : many}`
  return { zh: `${window.zh}${zhCount({ isNever, isOnce }, `${of.zh}${did.zh}`, count.zh)}`, en: `${often}${of.en}${after}` }
}

function zhCount({ isNever, isOnce }: { isNever: boolean; isOnce: boolean }, did: string, count: string): string {
  if (isNever) return `没有过${did}`
  return isOnce ? `有过${did}` : `${did}${count}`
}

function countWords({ comparison: { operator, values } }: MessageRule, unit: string): LocaleText & { isOne: boolean } {
  const { zh, en } = numberWords(operator, values, { zh: unit, en: '' })
  return { zh: zh.replace(/([次条])之间$/, '$1'), en: en.replace(/^is /, ''), isOne: values.at(-1) === 1 }
}

/** 有标签「偏好品类」（护肤或彩妆） / has the tag “偏好品类” (护肤 or 彩妆) */
export function describeTag(rule: TagRule, words: RuleWords): LocaleText {
  const name = words.tags.get(rule.tagId.toLowerCase())
  const window = describeWindow(rule.window, words)
  const values = rule.values.length === 0 ? undefined : listed(rule.values)
  return {
    zh: `有标签「${name ?? unknown.zh}」${values ? `（${values.zh}）` : ''}${window.zh === '' ? '' : `，打标时间在${window.zh}`}`,
    en: `has the tag “${name ?? unknown.en}”${values ? ` (${values.en})` : ''}${window.en === '' ? '' : `, set ${window.en}`}`,
  }
}

const consents: Record<ConsentRule['state'], LocaleText> = {
  granted: { zh: '同意接收营销短信', en: 'agreed to marketing by text message' },
  withdrawn: { zh: '已撤回营销短信的同意', en: 'withdrew consent to marketing by text message' },
  none: { zh: '从未表态是否接收营销短信', en: 'never said yes or no to marketing by text message' },
}
export const describeConsent = ({ state }: ConsentRule): LocaleText => consents[state]
