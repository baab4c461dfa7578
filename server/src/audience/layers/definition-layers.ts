import { lifecycleStages, rfmClasses, type LayerDefinition, type LayerMeasure } from '../../../../contracts/layer-definitions.ts'
import type { LocaleText } from '../../../../contracts/common.ts'
import { assertNever } from '../../platform/errors.ts'

/** A layer as its definition has it; the last of a model is everybody else. */
export interface DefinedLayer {
  name: string
  label: LocaleText
  meaning: LocaleText | null
}

/** The layer of whoever fits nowhere, in models that do not bring one of their own. */
export const restLayer = 'rest'
/** The layer of people without a value. */
export const noneLayer = 'none'

const none: DefinedLayer = { name: noneLayer, label: { zh: '无数据', en: 'No data' }, meaning: { zh: '没有这个数据', en: 'There is no value' } }
const letters = 'ABCDEFGHIJKL'

/** The layers of a definition in their order, everybody else last. */
export function definedLayers(definition: LayerDefinition): DefinedLayer[] {
  switch (definition.kind) {
    case 'rfm':
      return rfmClasses.map(({ name, label }) => ({ name, label, meaning: null }))
    case 'lifecycle':
      return lifecycleStages.map(({ name, label }) => ({ name, label, meaning: stageMeaning(definition, name) }))
    case 'rules':
      return [
        ...definition.layers.map(({ name, label }) => ({ name, label, meaning: null })),
        { name: restLayer, label: { zh: '其他客户', en: 'Everybody else' }, meaning: { zh: '不符合以上任何一层', en: 'In none of the layers above' } },
      ]
    case 'thresholds':
      return [...bands(definition.cuts, definition.best === 'high'), none]
    case 'quantiles':
      return [...definition.shares.map((share, index) => shareLayer(share, { index, by: definition.by })), none]
    case 'scores':
      return [...bands(definition.cuts, true), none]
    default:
      return assertNever(definition)
  }
}

function stageMeaning(definition: Extract<LayerDefinition, { kind: 'lifecycle' }>, name: string): LocaleText | null {
  const { activeDays, lostDays, matureOrders } = definition
  const meanings: Record<string, LocaleText> = {
    new: { zh: `${activeDays} 天内下过单，只有 1 单`, en: `One order, within ${activeDays} days` },
    growing: { zh: `${activeDays} 天内下过单，不到 ${matureOrders} 单`, en: `Ordered within ${activeDays} days, fewer than ${matureOrders} orders` },
    mature: { zh: `${activeDays} 天内下过单，至少 ${matureOrders} 单`, en: `Ordered within ${activeDays} days, ${matureOrders} orders or more` },
    dormant: { zh: `${activeDays}–${lostDays} 天没有下单`, en: `No order for ${activeDays} to ${lostDays} days` },
    lost: { zh: `${lostDays} 天以上没有下单`, en: `No order for more than ${lostDays} days` },
    noOrder: { zh: '从未下单', en: 'Never ordered' },
  }
  return meanings[name] ?? null
}

/** Layers between cuts, from the best on. */
function bands(cuts: readonly number[], isHighBest: boolean): DefinedLayer[] {
  const [at, past] = isHighBest ? ['≥', '<'] : ['≤', '>']
  return [...cuts, null].map((cut, index) => {
    const previous = cuts[index - 1]
    const text = [cut === null ? null : `${at} ${cut}`, previous === undefined ? null : `${past} ${previous}`].filter((part) => part !== null).join(' · ')
    return { name: `level${index + 1}`, label: { zh: `${letters[index]} 层`, en: `Layer ${letters[index]}` }, meaning: { zh: text, en: text } }
  })
}

function shareLayer(share: number, { index, by }: { index: number; by: 'people' | 'total' }): DefinedLayer {
  const percent = `${Math.round(share * 1000) / 10}%`
  const meaning =
    by === 'people'
      ? { zh: `占有数据客户的 ${percent}`, en: `${percent} of the people with a value` }
      : { zh: `贡献总额的 ${percent}`, en: `${percent} of the total` }
  return { name: `level${index + 1}`, label: { zh: `${letters[index]} 层`, en: `Layer ${letters[index]}` }, meaning }
}

/** What a definition measures, in the order of `cuts`. */
export function measuresOf(definition: LayerDefinition): LayerMeasure[] {
  switch (definition.kind) {
    case 'thresholds':
    case 'quantiles':
      return [definition.measure]
    case 'scores':
      return definition.parts.map((part) => part.measure)
    case 'rfm':
    case 'lifecycle':
    case 'rules':
      return []
    default:
      return assertNever(definition)
  }
}
