import type { AttributeDefinition } from '../../../../contracts/catalogue.ts'
import type { LocaleText } from '../../../../contracts/common.ts'
import { productEvents, registeredAttribute } from '../../../../contracts/rule.ts'
import { listValue, numberValue, textValue } from '../../platform/warehouse/json-path.ts'
import { ageSql } from '../layers/measure-columns.ts'
import { rangeWords } from './range-words.ts'
import type { Column, Feature, FeatureScope, Part } from './features.ts'

const dayMs = 86_400_000
/** Nothing that was longer ago is read. */
export const historyDays = 365

export const workspaceOf = (scope: FeatureScope): string => `workspace_id = ${scope.params.slot(scope.workspaceId, 'UInt32')}`
export const daysAgo = ({ params, now }: FeatureScope, days: number): string => params.instant(new Date(now.getTime() - days * dayMs))

/** An attribute as a model sees it: as one of some values or between cuts of its numbers or days. */
export type ChosenAttribute = { attribute: Pick<AttributeDefinition, 'key' | 'label' | 'type'> } & ({ values: string[] } | { cuts: number[] })

/** Whether somebody can be reached: columns of everybody's own row. */
export const addressFeatures = [
  { source: 'address:sms', column: 'has_phone', label: { zh: '有手机号', en: 'Has a phone number' } },
  { source: 'address:email', column: 'has_email', label: { zh: '有邮箱', en: 'Has an e-mail address' } },
]

/** Everybody's own row: attributes in use, and whether they can be reached. */
export function peoplePart(chosen: readonly ChosenAttribute[], leftOut: ReadonlySet<string>): (scope: FeatureScope) => Part {
  return (scope) => ({
    person: 'person_id',
    from: `from people final where ${workspaceOf(scope)} and ${scope.among.holds('person_id')}`,
    columns: [
      ...addressFeatures
        .filter(({ source }) => !leftOut.has(source))
        .map(({ source, column, label }): Column => ({ kind: 'code', sql: column, features: [{ source, label, unit: 'share' }] })),
      ...chosen.flatMap((each) => attributeColumns(scope, each)),
    ],
  })
}

function attributeColumns(scope: FeatureScope, { attribute, ...chosen }: ChosenAttribute): Column[] {
  const source = `attribute:${attribute.key}`
  const feature = (words: LocaleText): Feature => ({ source, label: named(attribute.label, words), unit: 'share' })
  if ('cuts' in chosen) {
    const value = measuredSql(scope, attribute)
    const code = `if(isNull(${value}), 0, 1 + arrayCount(cut -> cut <= assumeNotNull(${value}), ${scope.params.slot(chosen.cuts, 'Array(Float64)')}))`
    return [{ kind: 'code', sql: code, features: rangeWords(chosen.cuts, attribute.type === 'date' ? 'daysAgo' : 'number').map(feature) }]
  }
  const { values } = chosen
  if (attribute.type === 'list') {
    const list = listValue('attributes', attribute.key)
    return values.map((value): Column => ({ kind: 'code', sql: `has(${list}, ${scope.params.slot(value, 'String')})`, features: [feature(same(value))] }))
  }
  const words = (value: string) => (attribute.type === 'boolean' ? (value === 'true' ? { zh: '是', en: 'yes' } : { zh: '否', en: 'no' }) : same(value))
  const code = `indexOf(${scope.params.slot(values, 'Array(String)')}, ifNull(${textValue('attributes', attribute.key)}, ''))`
  return [{ kind: 'code', sql: code, features: values.map((value) => feature(words(value))) }]
}

/** The number behind an attribute, or its age in days, null for none. */
export function measuredSql(scope: FeatureScope, { key, type }: Pick<AttributeDefinition, 'key' | 'type'>): string {
  if (type !== 'date' && key !== registeredAttribute) return numberValue('attributes', key)
  const { params, now, timezone, among } = scope
  return ageSql({ params, workspace: workspaceOf(scope), person: among.person, now, timezone }, key)
}

const same = (text: string): LocaleText => ({ zh: text, en: text })
const named = (label: LocaleText, words: LocaleText): LocaleText => ({ zh: `${label.zh}：${words.zh}`, en: `${label.en}: ${words.en}` })

export interface ChosenEvent {
  event: string
  label: LocaleText
  hasAmount: boolean
}

/** How often, how lately and for how much somebody did something in the last year. */
export function eventPart({ event, label: { zh, en }, hasAmount }: ChosenEvent): (scope: FeatureScope) => Part {
  const feature = (unit: Feature['unit'], label: LocaleText): Feature => ({ source: `event:${event}`, label, unit })
  return (scope) => {
    const [month, quarter] = [daysAgo(scope, 30), daysAgo(scope, 90)]
    const now = scope.params.slot(String(scope.now.getTime()), 'Int64')
    const count = (sql: string, label: LocaleText): Column => ({ kind: 'number', sql, scale: 'log', absent: 0, feature: feature('times', label) })
    const columns: Column[] = [
      count(`countIf(time >= ${month})`, { zh: `近 30 天「${zh}」次数`, en: `${en}: times in the last 30 days` }),
      count(`countIf(time < ${month} and time >= ${quarter})`, { zh: `31–90 天前「${zh}」次数`, en: `${en}: times 31 to 90 days ago` }),
      count(`countIf(time < ${quarter})`, { zh: `91–365 天前「${zh}」次数`, en: `${en}: times 91 to 365 days ago` }),
      {
        kind: 'number',
        sql: `least(intDiv(${now} - toUnixTimestamp64Milli(max(time)), ${dayMs}), ${historyDays})`,
        scale: 'log',
        absent: historyDays,
        feature: feature('days', { zh: `距最近一次「${zh}」的天数`, en: `${en}: days since the last one` }),
      },
    ]
    if (hasAmount) {
      const label = { zh: `近一年「${zh}」金额`, en: `${en}: amount in the last year` }
      columns.push({ kind: 'number', sql: 'greatest(sum(ifNull(amount_fen, 0)), 0) / 100', scale: 'log', absent: 0, feature: feature('yuan', label) })
    }
    const conditions = [workspaceOf(scope), `event = ${scope.params.slot(event, 'String')}`, scope.among.holds('person_id')]
    return {
      person: scope.among.person.of('person_id'),
      from: `from events where ${conditions.join(' and ')} and time >= ${daysAgo(scope, historyDays)} and time < ${scope.params.instant(scope.now)} group by person`,
      columns,
    }
  }
}

/** When somebody is about: on how many days of the last 30, and the shares of evenings, nights and weekends in what they did in 90. Events left out do not count. */
export function rhythmPart(leftOut: readonly string[]): (scope: FeatureScope) => Part {
  return (scope) => {
    const zone = scope.params.slot(scope.timezone, 'String')
    const hour = `toHour(time, ${zone})`
    const share = (condition: string, label: LocaleText): Column => ({
      kind: 'number',
      sql: `countIf(${condition}) / count()`,
      scale: 'plain',
      absent: 'mean',
      feature: { source: 'rhythm', label, unit: 'share' },
    })
    const day = `toUInt8(least(intDiv(${scope.params.slot(String(scope.now.getTime()), 'Int64')} - toUnixTimestamp64Milli(time), ${dayMs}), 63))`
    const not = scope.params.slot([...productEvents, ...leftOut], 'Array(String)')
    const conditions = [workspaceOf(scope), `event not in ${not}`, scope.among.holds('person_id')]
    return {
      person: scope.among.person.of('person_id'),
      from: `from events where ${conditions.join(' and ')} and time >= ${daysAgo(scope, 90)} and time < ${scope.params.instant(scope.now)} group by person`,
      columns: [
        {
          kind: 'number',
          // One bit a day.
          sql: `bitCount(groupBitOr(if(time >= ${daysAgo(scope, 30)}, bitShiftLeft(toUInt64(1), ${day}), 0)))`,
          scale: 'log',
          absent: 0,
          feature: { source: 'rhythm', label: { zh: '近 30 天活跃天数', en: 'Active days in the last 30' }, unit: 'days' },
        },
        share(`${hour} >= 18`, { zh: '晚上（18–24 点）的行为占比', en: 'Share of activity in the evening (18–24)' }),
        share(`${hour} < 6`, { zh: '深夜（0–6 点）的行为占比', en: 'Share of activity at night (0–6)' }),
        share(`toDayOfWeek(time, 0, ${zone}) >= 6`, { zh: '周末的行为占比', en: 'Share of activity on weekends' }),
      ],
    }
  }
}

/** A tag, or one value of it. */
export interface ChosenTag {
  tagId: string
  name: string
  value: string | null
}

export const tagLabel = (name: string): LocaleText => ({ zh: `标签「${name}」`, en: `Tag “${name}”` })

export function tagPart(chosen: readonly ChosenTag[]): (scope: FeatureScope) => Part {
  return (scope) => {
    const ids = [...new Set(chosen.map(({ tagId }) => tagId))]
    const conditions = [
      workspaceOf(scope),
      `tag_id in ${scope.params.slot(ids, 'Array(UUID)')}`,
      scope.among.holds('person_id'),
      `(isNull(expires_at) or expires_at > ${scope.params.instant(scope.now)})`,
    ]
    return {
      person: 'person_id',
      from: `from person_tags final where ${conditions.join(' and ')} group by person`,
      columns: chosen.map(({ tagId, name, value }): Column => {
        const is = [`tag_id = ${scope.params.slot(tagId, 'UUID')}`, ...(value === null ? [] : [`value = ${scope.params.slot(value, 'String')}`])]
        const label = value === null ? tagLabel(name) : named(tagLabel(name), same(value))
        return { kind: 'number', sql: `max(${is.join(' and ')})`, scale: 'plain', absent: 0, feature: { source: `tag:${tagId}`, label, unit: 'share' } }
      }),
    }
  }
}
