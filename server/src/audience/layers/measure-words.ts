import type { LocaleText } from '../../../../contracts/common.ts'
import type { LayerMeasure } from '../../../../contracts/layer-definitions.ts'
import { anyEvent } from '../../../../contracts/rule.ts'
import { assertNever } from '../../platform/errors.ts'

const amounts: Record<string, LocaleText> = {
  sum: { zh: '总额', en: 'total' },
  average: { zh: '平均', en: 'average' },
  minimum: { zh: '最小', en: 'least' },
  maximum: { zh: '最大', en: 'greatest' },
}

/** A measure as people call it. */
export function measureWords(measure: LayerMeasure): LocaleText {
  if (measure.from === 'attribute') {
    return measure.as === 'age'
      ? { zh: `${measure.attribute} 至今天数`, en: `days since ${measure.attribute}` }
      : { zh: measure.attribute, en: measure.attribute }
  }
  const name = measure.event === anyEvent ? { zh: '任意行为', en: 'any activity' } : { zh: measure.event, en: measure.event }
  const filtered = measure.filters.length === 0 ? { zh: '', en: '' } : { zh: '（有筛选）', en: ' (filtered)' }
  const event = { zh: `${name.zh}${filtered.zh}`, en: `${name.en}${filtered.en}` }
  const window = measure.days === null ? { zh: '', en: '' } : { zh: `近 ${measure.days} 天`, en: ` in ${measure.days} days` }
  const of = measure.of === 'amount' ? { zh: '金额', en: 'amount' } : { zh: measure.of, en: measure.of }
  switch (measure.measure) {
    case 'times':
      return { zh: `${window.zh}「${event.zh}」次数`, en: `number of ${event.en}${window.en}` }
    case 'days':
      return { zh: `${window.zh}「${event.zh}」天数`, en: `days with ${event.en}${window.en}` }
    case 'recency':
      return { zh: `距最近一次「${event.zh}」的天数`, en: `days since the last ${event.en}` }
    case 'sum':
    case 'average':
    case 'minimum':
    case 'maximum': {
      const words = amounts[measure.measure]!
      return { zh: `${window.zh}「${event.zh}」${of.zh}${words.zh}`, en: `${words.en} ${of.en} of ${event.en}${window.en}` }
    }
    default:
      return assertNever(measure.measure)
  }
}
