import { sql } from 'kysely'
import { orderEvent } from '../../../../contracts/collect.ts'
import type { LocaleText } from '../../../../contracts/common.ts'
import { amountProperty, FieldKey } from '../../../../contracts/rule.ts'
import { preferenceKeys, type PreferenceKey, type PreferenceSettings } from '../../../../contracts/tag-rules.ts'
import type { Context } from '../../access/index.ts'
import { preferenceDefinitions, type PreferenceProperty } from './preference-definitions.ts'

/** Properties of the events of a workspace, those of orders first, then those that come most. */
export interface EventProperties {
  event: string
  properties: { key: string; type: string }[]
}

interface Sought {
  types: readonly string[]
  /** Asked of the key and of what people call it, the likelier first. */
  names: readonly RegExp[]
  label: LocaleText
}

/** How the properties of a shop are named, in Segment's vocabulary and in Chinese. */
const sought: Readonly<Record<PreferenceProperty, Sought>> = {
  category: {
    types: ['text', 'list'],
    names: [/^(product_)?categor(y|ies)$|^(商品)?(品类|类目)$/i, /categor|品类|类目|分类/i],
    label: { zh: '品类', en: 'the category' },
  },
  price: { types: ['number'], names: [/^(unit_?)?price$|^单价$/i, /price|单价|售价|价格/i], label: { zh: '价格', en: 'the price' } },
  coupon: {
    types: ['text', 'boolean', 'list', 'number'],
    names: [/^coupon(_(code|id|name))?$|^优惠券$/i, /coupon|voucher|promo.?code|优惠券|券码|用券/i],
    label: { zh: '优惠券', en: 'the coupon' },
  },
  discount: { types: ['number'], names: [/^discount(_amount)?$|^优惠金额$/i, /discount|优惠|折扣|减免|立减/i], label: { zh: '优惠金额', en: 'the discount' } },
}

/** Events and their properties as far as rules may name them. */
export async function readEventProperties(ctx: Context): Promise<EventProperties[]> {
  const { rows } = await sql<EventProperties>`
    select definitions.event, coalesce(properties.properties, '[]'::jsonb) as properties
    from event_definitions as definitions
    left join lateral (
      select jsonb_agg(jsonb_build_object('key', property, 'type', type, 'label', label_zh || ' ' || label_en) order by property) as properties
      from event_properties where workspace_id = definitions.workspace_id and event = definitions.event and state <> 'blocked'
    ) as properties on true
    left join lateral (
      select sum(count) as count from source_events where workspace_id = definitions.workspace_id and event = definitions.event and property = ''
    ) as volume on true
    where definitions.workspace_id = ${ctx.workspaceId} and definitions.state <> 'blocked'
    order by definitions.event <> ${orderEvent}, volume.count desc nulls last, definitions.event limit 1000`.execute(ctx.platform.db)
  return rows.map((row) => ({ ...row, properties: row.properties.filter(({ key }) => FieldKey.safeParse(key).success) }))
}

export interface Proposal {
  settings: PreferenceSettings | null
  missing: LocaleText[]
}

/** From what each preference would be computed, by the names and types of what came in; what is missing where it cannot be. */
export function proposeSettings(events: readonly EventProperties[], locale: PreferenceSettings['locale']): Record<PreferenceKey, Proposal> {
  return Object.fromEntries(preferenceKeys.map((key) => [key, propose(key, events, locale)])) as Record<PreferenceKey, Proposal>
}

function propose(key: PreferenceKey, events: readonly EventProperties[], locale: PreferenceSettings['locale']): Proposal {
  const { ofOneEvent, needs, optional = [], days, eventsMin } = preferenceDefinitions[key]
  const general = { days, eventsMin, locale }
  if (key === 'bestChannel' && !events.some(({ event }) => event === 'Message Accepted')) return { settings: null, missing: [messages] }
  if (events.length === 0) return { settings: null, missing: [anything] }
  if (!ofOneEvent) return { settings: general, missing: [] }
  for (const event of events) {
    const found = new Map([...needs, ...optional].map((property) => [property, findProperty(event, property)]))
    if (needs.some((property) => found.get(property) === undefined)) continue
    return { settings: { ...general, event: event.event, ...Object.fromEntries([...found].filter(([, each]) => each !== undefined)) }, missing: [] }
  }
  return { settings: null, missing: needs.map((property) => missingWords(sought[property].label)) }
}

/** The property of an event that is called so; the money of an order is its price. */
export function findProperty({ event, properties }: EventProperties, property: PreferenceProperty): string | undefined {
  const { types, names } = sought[property]
  const fitting = properties.filter(({ type }) => types.includes(type))
  for (const name of names) {
    const found = fitting.find(({ key }) => name.test(key))
    if (found) return found.key
  }
  return property === 'price' && event === orderEvent ? amountProperty : undefined
}

const anything: LocaleText = { zh: '还没有行为数据，请先接入事件或导入订单', en: 'There are no events yet; connect a source or import orders' }
const messages: LocaleText = { zh: '还没有发送过短信，请先开展一次活动', en: 'No messages were sent yet; run a campaign first' }

function missingWords({ zh, en }: LocaleText): LocaleText {
  return { zh: `没有事件带有${zh}，请在订单或浏览事件里带上它`, en: `No event carries ${en}; send it with orders or views` }
}
