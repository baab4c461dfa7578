import type { LocaleText } from '../../../../contracts/common.ts'
import { ignoredAfterDays, type ConsentRule, type MessageRule, type TagRule } from '../../../../contracts/rule.ts'
import { listed, numberWords } from './describe-test.ts'
import { describeWindow } from './describe-window.ts'
import { unknown, type RuleWords } from './describe-words.ts'

const behaviours: Record<Exclude<MessageRule['behaviour'], 'ignored'>, (noun: LocaleText) => LocaleText> = {
  sent: (noun) => ({ zh: `收到${noun.zh}`, en: `${noun.en}s sent` }),
  delivered: (noun) => ({ zh: `${noun.zh}送达`, en: `${noun.en}s delivered` }),
  failed: (noun) => ({ zh: `${noun.zh}发送失败`, en: `${noun.en}s failed` }),
  replied: (noun) => ({ zh: `回复${noun.zh}`, en: `replies to ${noun.en}s` }),
  optedOut: (noun) => ({ zh: `退订${noun.zh}`, en: `opt-outs from ${noun.en}s` }),
  heldBack: () => ({ zh: '被留作对照组', en: 'held back as a control' }),
}

/** 最近 30 天内活动「双 11」的短信送达至少 2 次 / text messages delivered of campaign “双 11” at least 2 times in the last 30 days */
export function describeMessage(rule: MessageRule, words: RuleWords): LocaleText {
  const noun = rule.channel === 'sms' ? { zh: '短信', en: 'text message' } : { zh: '消息', en: 'message' }
  const window = describeWindow(rule.window, words)
  const campaign = rule.campaignId === undefined ? undefined : words.campaigns.get(rule.campaignId.toLowerCase())
  const of = rule.campaignId === undefined ? { zh: '', en: '' } : { zh: `活动「${campaign ?? unknown.zh}」的`, en: ` of campaign “${campaign ?? unknown.en}”` }
  const { operator, values } = rule.comparison
  const after = window.en === '' ? '' : ` ${window.en}`
  const compared = numberWords(operator, values, { zh: rule.behaviour === 'ignored' ? '条' : '次', en: 'times' })
  const times = { zh: compared.zh.replace(/([次条])之间$/, '$1'), en: compared.en.replace(/^is /, '') }
  if (rule.behaviour === 'ignored') {
    const days = rule.afterDays ?? ignoredAfterDays
    return {
      zh: `${window.zh}${of.zh}${noun.zh}发出 ${days} 天内未回应${rule.inARow ? '的连续条数' : '的'}${times.zh}`,
      en: `${noun.en}s${of.en} not answered within ${days} day${days === 1 ? '' : 's'}${rule.inARow ? ', the latest in a row' : ''} ${times.en}${after}`,
    }
  }
  const did = behaviours[rule.behaviour](noun)
  const isNever = operator === 'equals' && values[0] === 0
  const isOnce = operator === 'atLeast' && values[0] === 1
  if (isNever) return { zh: `${window.zh}没有过${of.zh}${did.zh}`, en: `no ${did.en}${of.en}${after}` }
  if (isOnce) return { zh: `${window.zh}有过${of.zh}${did.zh}`, en: `${did.en}${of.en}${after}` }
  return { zh: `${window.zh}${of.zh}${did.zh}${times.zh}`, en: `${did.en}${of.en} ${times.en}${after}` }
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
