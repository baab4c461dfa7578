import type { LocaleText } from '../../../../contracts/common.ts'
import { registeredAttribute, type Rule } from '../../../../contracts/rule.ts'
import { assertNever } from '../../platform/errors.ts'
import { describeEvent, describeEventValue, describeSequence } from './describe-event.ts'
import { describeConsent, describeMessage, describeTag } from './describe-message.ts'
import { describeTest, listed } from './describe-test.ts'
import { spaced, unitOf, unknown, type RuleWords } from './describe-words.ts'

export type { RuleWords } from './describe-words.ts'

const registered: LocaleText = { zh: '注册时间', en: 'Registration' }
const builtIn: Record<string, LocaleText> = { [registeredAttribute]: registered }

/** The rule as a sentence in both languages. Works on any rule that parses, also one whose references are gone. */
export function describeRule(rule: Rule, words: RuleWords): LocaleText {
  switch (rule.kind) {
    case 'all':
      if (rule.rules.length === 0) return { zh: '所有客户', en: 'everyone' }
      return joined(rule.rules, words, { zh: '，且', en: ', and ' })
    case 'any':
      if (rule.rules.length === 0) return { zh: '没有任何客户', en: 'nobody' }
      return joined(rule.rules, words, { zh: '，或', en: ', or ' })
    case 'not': {
      const inner = describeRule(rule.rule, words)
      return { zh: `不满足（${inner.zh}）`, en: `not (${inner.en})` }
    }
    case 'attribute': {
      const known = words.attributes.get(rule.attribute)
      const label = known?.label ?? builtIn[rule.attribute] ?? { zh: rule.attribute, en: rule.attribute }
      const test = describeTest(rule.test, unitOf(known))
      return { zh: spaced(label.zh, test.zh), en: `${label.en} ${test.en}` }
    }
    case 'event':
      return describeEvent(rule, words)
    case 'hasAddress':
      return rule.channel === 'sms' ? { zh: '有手机号', en: 'has a phone' } : { zh: '有邮箱', en: 'has an e-mail address' }
    case 'segment': {
      const name = words.segments.get(rule.segmentId.toLowerCase())
      return { zh: `属于分群「${name ?? unknown.zh}」`, en: `in segment “${name ?? unknown.en}”` }
    }
    case 'layer': {
      const model = words.models.get(rule.modelId.toLowerCase())
      const labels = rule.layers.map((layer) => model?.layers.get(layer) ?? { zh: layer, en: layer })
      const [zh, en] = [listed(labels.map((label) => label.zh)).zh, listed(labels.map((label) => label.en)).en]
      return { zh: `「${model?.name ?? unknown.zh}」属于${zh}`, en: `“${model?.name ?? unknown.en}” layer is ${en}` }
    }
    case 'eventValue':
      return describeEventValue(rule, words)
    case 'sequence':
      return describeSequence(rule, words)
    case 'message':
      return describeMessage(rule, words)
    case 'tag':
      return describeTag(rule, words)
    case 'consent':
      return describeConsent(rule)
    default:
      return assertNever(rule)
  }
}

function joined(rules: readonly Rule[], words: RuleWords, separator: LocaleText): LocaleText {
  const parts = rules.map((rule) => {
    const text = describeRule(rule, words)
    const isGroup = rules.length > 1 && (rule.kind === 'all' || rule.kind === 'any') && rule.rules.length > 1
    return isGroup ? { zh: `（${text.zh}）`, en: `(${text.en})` } : text
  })
  return { zh: parts.map((part) => part.zh).join(separator.zh), en: parts.map((part) => part.en).join(separator.en) }
}
