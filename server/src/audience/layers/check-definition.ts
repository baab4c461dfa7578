import type { Problem } from '../../../../contracts/errors.ts'
import type { LayerDefinition } from '../../../../contracts/layer-definitions.ts'
import type { Rule } from '../../../../contracts/rule.ts'
import { assertNever } from '../../platform/errors.ts'
import { checkEventParts } from '../rule/check-event.ts'
import { childrenOf } from '../rule/check-rule.ts'
import { measuresOf, noneLayer, restLayer } from './definition-layers.ts'

/** What the shape of a definition cannot say. `modelId` is the model it is for, which its own rules must not name. */
export function checkDefinition(definition: LayerDefinition, modelId: string | null): Problem[] {
  return [...checkParts(definition, modelId), ...checkMeasures(definition)]
}

/** The filters of every measure, where they stand. */
function checkMeasures(definition: LayerDefinition): Problem[] {
  const at = (index: number) => (definition.kind === 'scores' ? `body.definition.parts.${index}.measure` : 'body.definition.measure')
  return measuresOf(definition).flatMap((measure, index) => (measure.from === 'events' ? checkEventParts(measure, at(index)) : []))
}

function checkParts(definition: LayerDefinition, modelId: string | null): Problem[] {
  const at = 'body.definition'
  switch (definition.kind) {
    case 'rfm':
      if (definition.scoring.kind === 'quantile') return []
      return (['recencyDays', 'frequency', 'amountFen'] as const).flatMap((key) =>
        inOrder(definition.scoring.kind === 'thresholds' ? definition.scoring[key] : [], { at: `${at}.scoring.${key}`, isAscending: true, mayRepeat: true }),
      )
    case 'lifecycle':
      return definition.lostDays > definition.activeDays
        ? []
        : [{ at: `${at}.lostDays`, zh: '流失天数要大于活跃天数', en: 'People are lost later than they stop being active' }]
    case 'rules':
      return checkRules(definition.layers, modelId)
    case 'thresholds':
      return inOrder(definition.cuts, { at: `${at}.cuts`, isAscending: definition.best === 'low' })
    case 'quantiles':
      return checkShares(definition)
    case 'scores':
      return inOrder(definition.cuts, { at: `${at}.cuts`, isAscending: false })
    default:
      return assertNever(definition)
  }
}

function inOrder(cuts: readonly number[], { at, isAscending, mayRepeat = false }: { at: string; isAscending: boolean; mayRepeat?: boolean }): Problem[] {
  const isOrdered = cuts.every((cut, index) => {
    const previous = cuts[index - 1]
    if (previous === undefined || (mayRepeat && cut === previous)) return true
    return isAscending ? cut > previous : cut < previous
  })
  if (isOrdered) return []
  return [isAscending ? { at, zh: '分界点要从小到大', en: 'The cuts must ascend' } : { at, zh: '分界点要从大到小', en: 'The cuts must descend' }]
}

function checkShares({ shares, cuts, best }: Extract<LayerDefinition, { kind: 'quantiles' }>): Problem[] {
  const sum = shares.reduce((total, share) => total + share, 0)
  if (Math.abs(sum - 1) > 1e-6) return [{ at: 'body.definition.shares', zh: '各层比例加起来要等于 100%', en: 'The shares must sum up to 100 %' }]
  if (cuts === null) return []
  if (cuts.length !== shares.length - 1) return [{ at: 'body.definition.cuts', zh: '分界点要比层数少一个', en: 'There must be one cut fewer than layers' }]
  return inOrder(cuts, { at: 'body.definition.cuts', isAscending: best === 'low', mayRepeat: true })
}

function checkRules(layers: Extract<LayerDefinition, { kind: 'rules' }>['layers'], modelId: string | null): Problem[] {
  const names = layers.map(({ name }) => name)
  return layers.flatMap(({ name, rule }, index): Problem[] => {
    const at = `body.definition.layers.${index}`
    if (names.indexOf(name) !== index || name === restLayer || name === noneLayer)
      return [{ at: `${at}.name`, zh: '层的标识不能重复', en: 'The name of a layer must be its own' }]
    if (modelId !== null && namesModel(rule, modelId))
      return [{ at: `${at}.rule`, zh: '规则引用了这个分层模型自己', en: 'The rule names this layer model itself' }]
    return []
  })
}

function namesModel(rule: Rule, modelId: string): boolean {
  if (rule.kind === 'layer' && rule.modelId.toLowerCase() === modelId) return true
  return childrenOf(rule).some(([child]) => namesModel(child, modelId))
}
