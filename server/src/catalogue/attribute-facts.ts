import type { AttributeDefinition, AttributeFacts } from '../../../contracts/catalogue.ts'
import { registeredAttribute } from '../../../contracts/rule.ts'
import type { Context } from '../access/index.ts'
import { maskAddress } from '../people/index.ts'
import { isPathKey, listValue, numberValue, textValue, typedValue } from '../platform/warehouse/json-path.ts'
import { barsOfQuantiles, barsOfValues, dayText, quantileLevels } from './histogram.ts'

/** What of an attribute the warehouse knows; when it was said comes from elsewhere. */
export type StoredFacts = Omit<AttributeFacts, 'lastSetAt' | 'set30Days' | 'set90Days'>

const attributesPerStatement = 12
const topMax = 24
const shownValuesMax = 12

/** How many people there are and how many of them are looked at: every `everyNth`. */
export interface Sample {
  people: number
  everyNth: number
}

export interface FactsAsk {
  sample: Sample
  signal: AbortSignal
  onDone: (fields: number) => Promise<void>
}

/** Fill rate, distinct values and distribution of attributes: one pass over the people of the warehouse for a dozen of them. */
export async function readAttributeFacts(ctx: Context, attributes: readonly AttributeDefinition[], ask: FactsAsk): Promise<StoredFacts[]> {
  const readable = attributes.filter(({ key }) => isPathKey(key) && key !== registeredAttribute)
  const facts: StoredFacts[] = []
  for (let start = 0; start < readable.length; start += attributesPerStatement) {
    const group = readable.slice(start, start + attributesPerStatement)
    facts.push(...(await readGroup(ctx, group, ask)))
    await ask.onDone(group.length)
  }
  return facts
}

type Measured = Record<string, number | string | null | (number | string | null)[] | [string | null, number][]>

async function readGroup(ctx: Context, group: readonly AttributeDefinition[], { sample, signal }: FactsAsk): Promise<StoredFacts[]> {
  const columns = group.flatMap((attribute, index) => measures(attribute).map((measure, at) => `${measure} as m${index}_${at}`))
  const row = await ctx.platform.warehouse.row<Measured>({
    sql: `select count() as looked, ${columns.join(', ')} from people final
      where workspace_id = {workspaceId:UInt32} and cityHash64(person_id) % {everyNth:UInt32} = 0`,
    params: { workspaceId: ctx.workspaceId, everyNth: sample.everyNth },
    limits: { secondsMax: 600, memoryBytesMax: 4 * 1024 ** 3 },
    signal,
  })
  return group.map((attribute, index) =>
    factsOf(attribute, [0, 1, 2, 3, 4].map((at) => row[`m${index}_${at}`]) as Measures, { sample, looked: row['looked'] as number }),
  )
}

/** With a value · of the declared type · distinct · most frequent · quantiles (of numbers and days). */
type Measures = [filled: number, fitting: number, distinct: number | null, top: [string | null, number][] | null, quantiles: (number | null)[] | null]

function measures({ key, type }: AttributeDefinition): string[] {
  const text = textValue('attributes', key)
  const quantiles = (value: string) => `quantilesTDigestIf(${quantileLevels.join(', ')})(assumeNotNull(${value}), isNotNull(${value}))`
  const usual = [`countIf(isNotNull(${text}))`]
  switch (type) {
    case 'list': {
      const list = listValue('attributes', key)
      return [`countIf(isNotNull(${text}))`, `countIf(notEmpty(${list}))`, `uniqCombinedArray(${list})`, topOf(list, 'Array'), '[]']
    }
    case 'number': {
      const number = numberValue('attributes', key)
      return [...usual, `countIf(isNotNull(${number}))`, `uniqCombined(${number})`, topOf(text), quantiles(number)]
    }
    case 'date': {
      const day = `toFloat64(toInt32(toDate32OrNull(substring(${text}, 1, 10))))`
      return [...usual, `countIf(isNotNull(${day}))`, `uniqCombined(${text})`, topOf(text), quantiles(day)]
    }
    case 'boolean':
      return [...usual, `countIf(isNotNull(${typedValue('attributes', key, 'Bool')}))`, `uniqCombined(${text})`, topOf(text), '[]']
    case 'text':
      return [...usual, `countIf(isNotNull(${typedValue('attributes', key, 'String')}))`, `uniqCombined(${text})`, topOf(text), '[]']
  }
}

function topOf(value: string, combinator = ''): string {
  return `arrayMap(each -> (toString(each.1), each.2), approx_top_k${combinator}(${topMax}, ${topMax * 20})(${value}))`
}

function factsOf(attribute: AttributeDefinition, measured: Measures, { sample, looked }: { sample: Sample; looked: number }): StoredFacts {
  // Of an attribute that nobody has the engine answers null.
  const [filled, fitting] = measured
  const [distinct, top, quantiles] = [measured[2] ?? 0, measured[3] ?? [], measured[4] ?? []]
  const share = looked === 0 ? 0 : filled / looked
  const isNumeric = (attribute.type === 'number' || attribute.type === 'date') && fitting > 0
  const word = (value: number | null | undefined) => (value === null || value === undefined ? null : attribute.type === 'date' ? dayText(value) : trim(value))
  const isShown = !attribute.pii
  return {
    key: attribute.key,
    people: sample.everyNth === 1 ? filled : Math.round(share * sample.people),
    fillRate: share,
    marginPoints: sample.everyNth === 1 || looked === 0 ? 0 : 196 * Math.sqrt(((share * (1 - share)) / looked) * (1 - 1 / sample.everyNth)),
    misfitRate: filled === 0 ? 0 : Math.max(0, filled - fitting) / filled,
    distinct,
    minimum: isNumeric && isShown ? word(quantiles[0]) : null,
    maximum: isNumeric && isShown ? word(quantiles.at(-1)) : null,
    median: isNumeric && isShown ? word(quantiles[(quantiles.length - 1) / 2]) : null,
    histogram:
      !isNumeric || !isShown
        ? []
        : distinct <= topMax && attribute.type === 'number'
          ? barsOfValues(top, fitting)
          : barsOfQuantiles(quantiles, attribute.type === 'date'),
    topValues:
      isShown && !isMostlyUnique({ distinct, filled, most: top[0]?.[1] ?? 0 })
        ? top.slice(0, shownValuesMax).map(([value, count]) => ({ value: maskAddress(value ?? ''), share: count / filled }))
        : [],
  }
}

const privateBelow = 0.005

/** Where nearly everyone has a value of their own, or the most frequent is rare, it says little and may say who: names, numbers, addresses. */
function isMostlyUnique({ distinct, filled, most }: { distinct: number; filled: number; most: number }): boolean {
  return filled > 100 && (distinct > filled * 0.8 || most < filled * privateBelow)
}

function trim(value: number): string {
  return String(Math.round(value * 100) / 100)
}
