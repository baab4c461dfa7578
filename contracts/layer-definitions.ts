import { z } from 'zod'
import { LocaleText } from './common.ts'
import { FieldKey, Filter, Rule } from './rule.ts'

/** The eight classes of the Chinese field over high/low recency, frequency and money. */
export const rfmClasses = [
  { name: 'importantValue', label: { zh: '重要价值', en: 'Champions' } },
  { name: 'importantDevelop', label: { zh: '重要发展', en: 'Promising high spenders' } },
  { name: 'importantKeep', label: { zh: '重要保持', en: 'Loyal but slipping' } },
  { name: 'importantRetain', label: { zh: '重要挽留', en: 'High spenders leaving' } },
  { name: 'generalValue', label: { zh: '一般价值', en: 'Frequent small spenders' } },
  { name: 'generalDevelop', label: { zh: '一般发展', en: 'New small spenders' } },
  { name: 'generalKeep', label: { zh: '一般保持', en: 'Frequent, slipping' } },
  { name: 'generalRetain', label: { zh: '一般挽留', en: 'Dormant small spenders' } },
  { name: 'noOrder', label: { zh: '未购买', en: 'Never ordered' } },
] as const

/** The five stages of a customer's life with us, and those who never ordered. */
export const lifecycleStages = [
  { name: 'new', label: { zh: '新客', en: 'New' } },
  { name: 'growing', label: { zh: '成长', en: 'Growing' } },
  { name: 'mature', label: { zh: '成熟', en: 'Mature' } },
  { name: 'dormant', label: { zh: '沉睡', en: 'Dormant' } },
  { name: 'lost', label: { zh: '流失', en: 'Lost' } },
  { name: 'noOrder', label: { zh: '未购买', en: 'Never ordered' } },
] as const

/** A person's change of layer, of models that announce it. Properties: modelId, model, from, to. */
export const layerChangedEvent = 'Layer Changed'

/** Colours that a layer can be given. */
export const layerColours = ['blue', 'green', 'gold', 'orange', 'red', 'purple', 'cyan', 'grey'] as const
/** Colours that a layer is shown in: past the seventh of a model there are more. */
export const LayerColour = z.enum([...layerColours, 'sand', 'slate', 'olive', 'rose'])
export type LayerColour = z.infer<typeof LayerColour>

/** More layers than these are too many to treat differently. */
export const layersAdvised = 5
const days = z.int().min(1).max(3650)
const Event = z.string().min(1).max(128)

/**
 * A number of every person. Of events in the last `days` (null: ever): how many, on how many days, the sum, average, least or greatest of a property (`amount`: money in
 * yuan), or whole days of 24 hours since the last (`recency`). Of an attribute: the number, or the days since the date (`age`). Who has none has no value; without events
 * times, days and sum are 0.
 */
export const LayerMeasure = z.discriminatedUnion('from', [
  z.object({
    from: z.literal('events'),
    event: Event.describe('`*`: whatever people did themselves'),
    measure: z.enum(['times', 'days', 'sum', 'average', 'minimum', 'maximum', 'recency']),
    of: z.union([z.literal('amount'), FieldKey]).default('amount'),
    days: days.nullable().default(null),
    filters: z.array(Filter).max(10).default([]).describe('which of the events count, by their properties'),
  }),
  z.object({ from: z.literal('attribute'), attribute: FieldKey, as: z.enum(['number', 'age']).default('number') }),
])
export type LayerMeasure = z.infer<typeof LayerMeasure>

const LayerName = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,39}$/)
const Four = z.array(z.number()).length(4)
const cuts = z.array(z.number()).min(1).max(11)
const best = z.enum(['high', 'low']).default('high').describe('which end of the measure is the first layer')

/** RFM from attributes where there are no order events; `orders` and `amount` may be missing. */
const OrderAttributes = z.object({ lastOrder: FieldKey, orders: FieldKey.nullable().default(null), amount: FieldKey.nullable().default(null) })

/**
 * How a model puts everyone into exactly one layer. `rfm`: scores 1 to 5 by fifths of the buyers, or by fixed thresholds (the upper ends of scores, ascending); a dimension is
 * high above the average score, with thresholds from 4 on. `lifecycle`: by orders and days since the last one. `rules`: the first rule that holds. `thresholds`: cuts of a
 * measure from the first layer on. `quantiles`: shares from the best on, of the people or of the measure's total; `cuts`, once given, stay. `scores`: the weighted mean of
 * scores 1 to 5 by fifths. Who fits nowhere is in the last layer.
 */
export const LayerDefinition = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('rfm'),
    event: Event.default('Order Completed').describe('the order event'),
    days: days.default(365).describe('how far back orders count'),
    scoring: z
      .discriminatedUnion('kind', [
        z.object({ kind: z.literal('quantile') }),
        z.object({ kind: z.literal('thresholds'), recencyDays: Four, frequency: Four, amountFen: Four }),
      ])
      .default({ kind: 'quantile' }),
    attributes: OrderAttributes.nullable().default(null),
  }),
  z.object({
    kind: z.literal('lifecycle'),
    event: Event.default('Order Completed'),
    activeDays: days.describe('up to here since the last order people are active'),
    lostDays: days.describe('past here they are lost'),
    matureOrders: z.int().min(2).max(1000).describe('from so many orders on they are mature'),
    attributes: OrderAttributes.nullable().default(null),
  }),
  z.object({
    kind: z.literal('rules'),
    layers: z
      .array(z.object({ name: LayerName, label: LocaleText, rule: Rule }))
      .min(1)
      .max(11),
  }),
  z.object({ kind: z.literal('thresholds'), measure: LayerMeasure, cuts, best }),
  z.object({
    kind: z.literal('quantiles'),
    measure: LayerMeasure,
    shares: z.array(z.number().positive().max(1)).min(2).max(11).describe('from the first layer on; together 1'),
    by: z.enum(['people', 'total']).default('people'),
    best,
    cuts: cuts.nullable().default(null),
  }),
  z.object({
    kind: z.literal('scores'),
    parts: z
      .array(z.object({ measure: LayerMeasure, weight: z.number().positive().max(100), best }))
      .min(1)
      .max(6),
    cuts: cuts.describe('of the mean score, descending'),
  }),
])
export type LayerDefinition = z.infer<typeof LayerDefinition>
