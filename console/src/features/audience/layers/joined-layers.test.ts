import { expect, it } from 'vitest'
import { LayerDefinition } from '../../../../../contracts/layer-definitions.ts'
import { joinedLayers, neighbourOf } from './joined-layers.ts'

const measure = { from: 'events', event: 'Order Completed', measure: 'sum' }
const thresholds = LayerDefinition.parse({ kind: 'thresholds', measure, cuts: [300, 200, 100] })
const rule = (tagId: string) => ({ kind: 'tag', tagId, values: [], window: { kind: 'ever' } })
const ids = ['01990000-0000-7000-8000-000000000001', '01990000-0000-7000-8000-000000000002'] as const
const rules = LayerDefinition.parse({
  kind: 'rules',
  layers: ids.map((id, index) => ({ name: `layer${index + 1}`, label: { zh: '', en: '' }, rule: rule(id) })),
})

it('joins neighbours of every kind of model that has layers of its own', () => {
  expect(joinedLayers(thresholds, ['level2', 'level3'])).toMatchObject({ cuts: [300, 100] })
  expect(joinedLayers(thresholds, ['level4', 'level3'])).toMatchObject({ cuts: [300, 200] })
  const quantiles = LayerDefinition.parse({ kind: 'quantiles', measure, shares: [0.2, 0.3, 0.5], cuts: [9, 4] })
  expect(joinedLayers(quantiles, ['level1', 'level2'])).toMatchObject({ shares: [0.5, 0.5], cuts: [4] })
  expect(joinedLayers(rules, ['layer1', 'layer2'])).toMatchObject({ layers: [{ name: 'layer1', rule: { kind: 'any', rules: ids.map(rule) } }] })
  expect(LayerDefinition.safeParse(joinedLayers(rules, ['layer1', 'layer2'])).success).toBe(true)
})

it('joins nothing where it cannot', () => {
  expect(joinedLayers(thresholds, ['level1', 'level3'])).toBeUndefined()
  expect(joinedLayers(thresholds, ['level1', 'none'])).toBeUndefined()
  expect(joinedLayers(thresholds, ['level1', 'level2', 'level3', 'level4'])).toBeUndefined()
  expect(joinedLayers(LayerDefinition.parse({ kind: 'quantiles', measure, shares: [0.5, 0.5] }), ['level1', 'level2'])).toBeUndefined()
  expect(joinedLayers(LayerDefinition.parse({ kind: 'rfm' }), ['generalKeep', 'generalRetain'])).toBeUndefined()
  expect(joinedLayers(rules, ['layer2', 'rest'])).toBeUndefined()
})

it('a layer goes into the one before, the first into the second', () => {
  expect(neighbourOf(thresholds, 'level1')).toBe('level2')
  expect(neighbourOf(thresholds, 'level3')).toBe('level2')
  expect(neighbourOf(rules, 'layer2')).toBe('layer1')
  expect(neighbourOf(thresholds, 'none')).toBeUndefined()
})
