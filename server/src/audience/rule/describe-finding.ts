import type { LocaleText } from '../../../../contracts/common.ts'
import { assertNever } from '../../platform/errors.ts'
import type { RuleWords } from './describe-rule.ts'
import { unitBehind } from './describe-test.ts'
import { noUnit, propertyWords, unitOf } from './describe-words.ts'
import type { Finding } from './evaluate-rule.ts'

const none: LocaleText = { zh: '没有值', en: 'no value' }
const countUnits: Record<string, LocaleText> = {
  times: { zh: '次', en: 'times' },
  days: { zh: '天', en: 'days' },
  distinct: { zh: '个', en: '' },
  ignored: { zh: '条', en: 'messages' },
}
const consents: Record<string, LocaleText> = {
  granted: { zh: '已同意', en: 'agreed' },
  withdrawn: { zh: '已撤回', en: 'withdrawn' },
  none: { zh: '从未表态', en: 'never said' },
}

/** What a condition found of one person, in words; null for nodes that only join others. */
export function describeFinding({ rule, holds, value }: Finding, words: RuleWords): LocaleText | null {
  const local = (text: string) => text.replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, (instant) => localTime(instant, words.timezone))
  switch (rule.kind) {
    case 'attribute':
      return value === null ? none : withUnit(value, unitOf(words.attributes.get(rule.attribute)))
    case 'hasAddress':
      return holds ? { zh: '有', en: 'yes' } : { zh: '没有', en: 'no' }
    case 'layer':
      return words.models.get(rule.modelId)?.layers.get(value ?? '') ?? (value === null ? none : { zh: value, en: value })
    case 'event': {
      if (value === null) return none
      const { measure } = rule
      return withUnit(value, 'of' in measure && measure.kind !== 'distinct' ? propertyWords(rule.event, measure.of, words).unit : countUnits[measure.kind])
    }
    case 'message':
      return withUnit(value ?? '0', countUnits[rule.behaviour === 'ignored' ? 'ignored' : 'times'])
    case 'eventValue':
      return value === null ? none : withUnit(local(value), propertyWords(rule.event, rule.of, words).unit)
    case 'sequence':
      return sequenceWords(value ?? '', local)
    case 'tag': {
      if (value === null) return { zh: '没有这个标签', en: 'does not have the tag' }
      const [zh, en] = [local(value).replaceAll(' @ ', '，打标于 '), local(value).replaceAll(' @ ', ', set at ')]
      return { zh: zh.replaceAll('@ ', '打标于 '), en: en.replaceAll('@ ', 'set at ') }
    }
    case 'consent':
      return consents[value ?? 'none'] ?? none
    case 'all':
    case 'any':
    case 'not':
    case 'segment':
    case 'members':
      return null
    default:
      return assertNever(rule)
  }
}

function withUnit(value: string, unit: LocaleText = noUnit): LocaleText {
  return { zh: unit.zh === '' ? value : `${value} ${unit.zh}`, en: unit.en === '' ? value : `${value} ${unitBehind(Number(value), unit.en)}` }
}

/** `2/3 @ <instant>` as words. */
function sequenceWords(value: string, local: (text: string) => string): LocaleText {
  const [reached = '0', of = '', at] = value.split(/\/| @ /)
  if (reached === '0') return { zh: '第 1 步还没有发生', en: 'the first step has not happened' }
  const time = at === undefined ? '' : local(at)
  return { zh: `到第 ${reached} 步（共 ${of} 步），${time}`, en: `reached step ${reached} of ${of}, ${time}` }
}

function localTime(instant: string, timezone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'short' }).format(new Date(instant))
}
