import { amountProperty, productEvents } from '../../../../contracts/rule.ts'
import { PreferenceKey, type PreferenceSettings } from '../../../../contracts/tag-rules.ts'
import { tagLimits } from '../../../../contracts/tags.ts'
import type { Context } from '../../access/index.ts'
import { canonicalPerson, type PersonColumn } from '../../people/index.ts'
import { assertNever } from '../../platform/errors.ts'
import { listValue, numberValue, textValue, typedValue } from '../../platform/warehouse/json-path.ts'
import { workspaceTimezone } from '../../workspaces/index.ts'
import { StatementParams } from '../rule/statement-params.ts'
import type { WantedStatement } from '../tag-rules/staged-changes.ts'
import { channelNames, preferenceBounds, preferenceDefinitions } from './preference-definitions.ts'

const dayMs = 86_400_000
/** Whoever acted on one day only has no habit. */
const habitDaysMin = 2

interface Scope {
  params: StatementParams
  settings: PreferenceSettings
  person: PersonColumn
  /** The events of the workspace in the window. */
  where: string
  zone: string
  values: readonly string[]
}

/**
 * Everybody's value of a preference as one statement of `person_id` and `value`, people ascending; whoever has too little evidence is left out.
 * The definitions in words stand in docs/guides/computed-tags.
 */
export async function preferenceStatement(ctx: Context, { key, settings }: { key: string; settings: PreferenceSettings }): Promise<WantedStatement> {
  const preference = PreferenceKey.parse(key)
  const params = new StatementParams()
  const now = ctx.platform.clock.now()
  const from = new Date(now.getTime() - settings.days * dayMs)
  const where = `workspace_id = ${params.slot(ctx.workspaceId, 'UInt32')} and time >= ${params.instant(from)} and time < ${params.instant(now)}`
  const zone = params.slot(await workspaceTimezone(ctx), 'String')
  const values = preferenceDefinitions[preference].values[settings.locale]
  const sql = selectOf(preference, { params, settings, person: await canonicalPerson(ctx), where, zone, values })
  return { sql: `select person_id, value from (${sql}) where value != '' order by person_id`, params: params.values }
}

function selectOf(key: PreferenceKey, scope: Scope): string {
  switch (key) {
    case 'favouriteCategory':
      return favouriteCategory(scope)
    case 'priceSensitivity':
      return priceSensitivity(scope)
    case 'activeHour':
      return habit(scope, `toHour(time, ${scope.zone})`, 0)
    case 'activeWeekday':
      return habit(scope, `toDayOfWeek(time, 0, ${scope.zone})`, 1)
    case 'bestChannel':
      return bestChannel(scope)
    case 'couponAffinity':
      return couponAffinity(scope)
    case 'discountShare':
      return discountShare(scope)
    default:
      return assertNever(key)
  }
}

/** Of several that happened as often, the one that happened last; then the greater one. */
function favouriteCategory({ person, params, settings, where }: Scope): string {
  const category = settings.category ?? ''
  const each = `arrayConcat([ifNull(${typedValue('properties', category, 'String')}, '')], ${listValue('properties', category)})`
  return `
    select person as person_id, argMax(category, tuple(n, last, category)) as value
    from (
      select person, category, count() as n, max(time) as last
      from (select ${person.of('person_id')} as person, time, arrayJoin(arrayDistinct(${each})) as said,
          substringUTF8(trim(replaceRegexpAll(said, '[[:cntrl:]]', ' ')), 1, ${tagLimits.valueLengthMax}) as category
        from events where ${where} and ${ofEvent(params, settings)})
      where category != '' group by person, category
    )
    group by person having sum(n) >= ${params.slot(settings.eventsMin, 'UInt32')}`
}

/** The mean of price by usual price, the usual one being the category's median among everyone; bounds as in `preferenceBounds`. */
function priceSensitivity(scope: Scope): string {
  const { person, params, settings, where, values } = scope
  const category = settings.category === undefined ? `''` : firstText(settings.category)
  const rows = `
    select ${person.of('person_id')} as person, ${category} as category, ${money(settings.price ?? amountProperty)} as price
    from events where ${where} and ${ofEvent(params, settings)} and price > 0`
  const [cheap, dear] = preferenceBounds.priceRatio
  return `
    select rows.person as person_id, round(avg(rows.price / usual.median), 6) as ratio,
      multiIf(ratio < ${cheap}, ${text(params, values[0])}, ratio <= ${dear}, ${text(params, values[1])}, ${text(params, values[2])}) as value
    from (${rows}) as rows
    join (select category, assumeNotNull(quantileExact(0.5)(price)) as median from (${rows}) group by category) as usual on usual.category = rows.category
    group by rows.person having count() >= ${params.slot(settings.eventsMin, 'UInt32')}`
}

/** The hour or weekday with most of what a person did; of several the one that happened last. */
function habit({ person, params, settings, where, zone, values }: Scope, slot: string, first: number): string {
  const named = settings.event === undefined ? `event not in ${params.slot(productEvents, 'Array(String)')}` : ofEvent(params, settings)
  return `
    select person as person_id, ${params.slot(values, 'Array(String)')}[argMax(slot, tuple(n, last, slot)) - ${first} + 1] as value
    from (
      select ${person.of('person_id')} as person, ${slot} as slot, count() as n, max(time) as last, groupUniqArray(toDate(time, ${zone})) as dates
      from events where ${where} and ${named} group by person, slot
    )
    group by person having sum(n) >= ${params.slot(settings.eventsMin, 'UInt32')} and length(arrayDistinct(groupArrayArray(dates))) >= ${habitDaysMin}`
}

/** The channel with the highest share of messages that were answered; then most answers, then the last answer. A message of no known channel was a text message. */
function bestChannel({ person, params, settings, where }: Scope): string {
  const channel = `ifNull(${typedValue('properties', 'channel', 'String')}, 'sms')`
  const message = textValue('properties', 'messageId')
  const answers = ['Message Replied', 'Message Clicked']
  const names = channelNames[settings.locale]
  const name = `transform(channel, ${params.slot(Object.keys(names), 'Array(String)')}, ${params.slot(Object.values(names), 'Array(String)')}, channel)`
  return `
    select person as person_id, argMax(${name}, tuple(answered / sent, answered, last, channel)) as value
    from (
      select ${person.of('person_id')} as person, ${channel} as channel, countIf(event = 'Message Accepted') as sent,
        least(uniqExactIf(${message}, event != 'Message Accepted'), sent) as answered, maxIf(time, event != 'Message Accepted') as last
      from events where ${where} and event in ${params.slot(['Message Accepted', ...answers], 'Array(String)')}
      group by person, channel having sent >= ${params.slot(settings.eventsMin, 'UInt32')} and answered > 0
    )
    group by person`
}

function couponAffinity({ person, params, settings, where, values }: Scope): string {
  const coupon = settings.coupon ?? ''
  const said = `ifNull(${typedValue('properties', coupon, 'String')}, '') not in ('', '0', 'false')`
  const used = `(${said} or ifNull(${typedValue('properties', coupon, 'Bool')}, 0) or ifNull(${numberValue('properties', coupon)}, 0) > 0
    or notEmpty(${listValue('properties', coupon)}))`
  const [some, often] = preferenceBounds.couponShare
  return `
    select ${person.of('person_id')} as person_id, countIf(${used}) as used, round(used / count(), 6) as share,
      multiIf(used = 0, ${text(params, values[0])}, share < ${some}, ${text(params, values[1])}, share < ${often}, ${text(params, values[2])}, ${text(params, values[3])}) as value
    from events where ${where} and ${ofEvent(params, settings)}
    group by person_id having count() >= ${params.slot(settings.eventsMin, 'UInt32')}`
}

/** What was taken off, by what was paid and what was taken off. An order without a price counts for nothing. */
function discountShare({ person, params, settings, where, values }: Scope): string {
  const rows = `
    select ${person.of('person_id')} as person, ${money(settings.price ?? amountProperty)} as paid,
      greatest(0, ifNull(${money(settings.discount ?? '')}, 0)) as discount
    from events where ${where} and ${ofEvent(params, settings)} and paid >= 0`
  const [some, much] = preferenceBounds.discountShare
  return `
    select person as person_id, round(sum(discount) / sum(paid + discount), 6) as share,
      multiIf(share = 0, ${text(params, values[0])}, share < ${some}, ${text(params, values[1])}, share < ${much}, ${text(params, values[2])}, ${text(params, values[3])}) as value
    from (${rows})
    group by person having count() >= ${params.slot(settings.eventsMin, 'UInt32')} and sum(paid + discount) > 0`
}

const ofEvent = (params: StatementParams, { event }: PreferenceSettings) => `event = ${params.slot(event ?? '', 'String')}`
const text = (params: StatementParams, value: string | undefined) => params.slot(value ?? '', 'String')
/** A nullable number in yuan. */
const money = (property: string) => (property === amountProperty ? '(amount_fen / 100)' : numberValue('properties', property))
const firstText = (property: string) => `coalesce(${typedValue('properties', property, 'String')}, ${listValue('properties', property)}[1], '')`
