import { messageEvents, orderEvent } from '../../../../contracts/collect.ts'
import type { MappedEvent, MappedValue, Mapping, MappingRule } from '../../../../contracts/connector-mapping.ts'
import type { Problem } from '../../../../contracts/errors.ts'
import type { IncomingItem } from '../../collect/index.ts'
import { attributeLengthMax, cleanText, type NamespaceRules } from '../../people/index.ts'
import { stableUuid } from '../../platform/stable-uuid.ts'
import { MappingProblem, PlacedProblem } from './mapping-problem.ts'
import { parsePath, readPath, type Scope } from './path.ts'
import { decodeInside } from './read-body.ts'
import { holds, readValue } from './read-value.ts'
import { asText, fillTemplate, parseTemplate } from './template.ts'
import { readAmountFen, readTimeMs } from './transforms.ts'

/** What came, read: from a request, a page of a pull or a row of a table. */
export interface MappingInput {
  body: unknown
  headers: Readonly<Record<string, string>>
  query: Readonly<Record<string, string>>
  path: string
}

export interface MappingContext {
  /** Keys are of this connector alone, unless a rule says otherwise. */
  connectorId: string
  workspaceId: number
  timezone: string
  namespaces: NamespaceRules
  receivedAtMs: number
  /** Hears every value that was looked for, with its place in the mapping. */
  onValue?: (at: string, value: unknown) => void
}

export interface MappedItem {
  item: IncomingItem
  rule: string
  /** What the key was made of; null when it was the content. */
  keyText: string | null
  version: { key: string; value: string } | null
}

export interface MappingOutcome {
  messages: number
  /** Messages that no rule wanted. */
  unmatched: number
  items: MappedItem[]
  /** The first of them; `at` is a place in the connector's draft. */
  problems: Problem[]
  problemCount: number
}

export const problemsMax = 20
const messagesMax = 10_000
const elementsMax = 1_000
const propertiesLengthMax = 32_000
const earliestMs = Date.UTC(2000, 0, 1)
/** The product counts results of campaigns from them. */
const reservedEvents = new Set<string>([...messageEvents, 'Control Assigned'])

/** Makes people, attributes and events of what came. Never throws for what stands in the data: what does not fit is a problem, the rest goes in. */
export function applyMapping(mapping: Mapping, input: MappingInput, context: MappingContext): MappingOutcome {
  return new MappingRun(mapping, context).run(input)
}

class MappingRun {
  readonly #mapping: Mapping
  readonly #context: MappingContext
  readonly #outcome: MappingOutcome = { messages: 0, unmatched: 0, items: [], problems: [], problemCount: 0 }

  constructor(mapping: Mapping, context: MappingContext) {
    this.#mapping = mapping
    this.#context = context
  }

  run(input: MappingInput): MappingOutcome {
    const body = decodeInside(input.body, this.#mapping.decode, (index, problem) => this.#note(`mapping.decode.${index}`, problem))
    const outer: Scope = { ...input, body, message: body, element: body }
    const messages = this.#split(this.#mapping.each, outer, { at: 'mapping.each', max: messagesMax })
    this.#outcome.messages = messages.length
    for (const given of messages) this.#takeMessage(given, outer)
    return this.#outcome
  }

  #split(each: string | null, scope: Scope, { at, max }: { at: string; max: number }): unknown[] {
    if (each === null) return [scope.element]
    const path = parsePath(each)
    const found = path ? readPath(path, scope) : undefined
    const list = Array.isArray(found) ? found : found === undefined || found === null ? [] : [found]
    if (list.length <= max) return list
    this.#note(at, new MappingProblem({ zh: `超过 ${max} 条，只处理前 ${max} 条`, en: `More than ${max}; only the first ${max} are taken` }))
    return list.slice(0, max)
  }

  #takeMessage(given: unknown, outer: Scope): void {
    const message = decodeInside(given, this.#mapping.decodeMessage, (index, problem) => this.#note(`mapping.decodeMessage.${index}`, problem))
    const scope: Scope = { ...outer, message, element: message }
    let isWanted = false
    for (const [index, rule] of this.#mapping.rules.entries()) {
      if (!holds(rule.when, scope)) continue
      isWanted = true
      const at = `mapping.rules.${index}`
      const elements = this.#split(rule.each, scope, { at: `${at}.each`, max: elementsMax })
      for (const element of elements) this.#takeElement(rule, at, { ...scope, element })
      if (this.#mapping.stopAtFirst) break
    }
    if (!isWanted) this.#outcome.unmatched += 1
  }

  #takeElement(rule: MappingRule, at: string, scope: Scope): void {
    try {
      const identities = this.#identities(rule, at, scope)
      const version = this.#version(rule, at, scope)
      const event = rule.event ? this.#event(rule.event, `${at}.event`, scope) : null
      const base = { identities, version, rule: rule.name, rulePlace: at }
      const timeMs = (rule.attributesAt ? this.#time(rule.attributesAt, `${at}.attributesAt`, scope) : undefined) ?? event?.timeMs ?? this.#context.receivedAtMs
      this.#emitPerson(rule, at, { ...base, scope, timeMs })
      if (event) this.#emitEvent(rule, at, { ...base, scope, event })
    } catch (error) {
      if (!(error instanceof PlacedProblem)) throw error
      this.#note(error.at, error.problem)
    }
  }

  #identities(rule: MappingRule, at: string, scope: Scope): [string, string][] {
    const identities: [string, string][] = []
    for (const [index, { namespace, value }] of rule.identities.entries()) {
      const place = `${at}.identities.${index}.value`
      const text = asText(this.#optional(value, place, scope))
      if (text === undefined) continue
      const normalised = this.#context.namespaces.normalise(namespace, text)
      if (typeof normalised !== 'string') this.#note(place, new MappingProblem(normalised))
      else if (!identities.some((known) => known[0] === namespace && known[1] === normalised)) identities.push([namespace, normalised])
    }
    if (identities.length > 0) return identities
    throw new PlacedProblem(
      `${at}.identities`,
      new MappingProblem({ zh: '没有找到任何身份标识，无法知道这是谁', en: 'No identity was found, so nobody knows who this is' }),
    )
  }

  #version(rule: MappingRule, at: string, scope: Scope): MappedItem['version'] {
    if (!rule.version) return null
    const key = this.#template(rule.version.key, scope)
    const value = asText(this.#value(rule.version.value, `${at}.version.value`, scope))
    if (key === undefined || value === undefined) return null
    if (!/^\d{1,30}(\.\d{1,6})?$/.test(value))
      throw new PlacedProblem(`${at}.version.value`, new MappingProblem({ zh: '版本不是数字', en: 'The version is not a number' }))
    return { key: stableUuid(this.#context.connectorId, rule.name, key), value }
  }

  #event(event: MappedEvent, at: string, scope: Scope): ReadEvent {
    const name = asText(this.#value(event.name, `${at}.name`, scope))
    if (name === undefined) throw new PlacedProblem(`${at}.name`, new MappingProblem({ zh: '没有得到事件名', en: 'There is no event name' }))
    if (name.length > 128 || reservedEvents.has(name))
      throw new PlacedProblem(`${at}.name`, new MappingProblem({ zh: '事件名过长或为系统保留', en: 'The event name is too long or belongs to the product' }))
    const orderId = event.orderId ? asText(this.#value(event.orderId, `${at}.orderId`, scope)) : undefined
    if (name === orderEvent && orderId === undefined)
      throw new PlacedProblem(`${at}.orderId`, new MappingProblem({ zh: '没有得到订单号', en: 'There is no order number' }))
    const properties = this.#properties(event, at, scope)
    const amountFen = this.#amount(event, at, scope)
    if (orderId !== undefined) properties['order_id'] = orderId
    if (amountFen !== undefined) properties['total'] = amountFen / 100
    return {
      name,
      timeMs: (event.time ? this.#time(event.time, `${at}.time`, scope) : undefined) ?? this.#context.receivedAtMs,
      orderId,
      amountFen,
      properties,
    }
  }

  #properties(event: MappedEvent, at: string, scope: Scope): Record<string, unknown> {
    const properties: Record<string, unknown> = {}
    for (const [index, { key, value }] of event.properties.entries()) {
      const read = this.#optional(value, `${at}.properties.${index}.value`, scope)
      if (read !== undefined) properties[key] = read
    }
    if (event.items) {
      const { path, fields } = event.items
      const lines = this.#split(path, scope, { at: `${at}.items.path`, max: elementsMax }).map((line) =>
        Object.fromEntries(
          fields.flatMap(({ key, value }, index) => {
            const read = this.#optional(value, `${at}.items.fields.${index}.value`, { ...scope, element: line })
            return read === undefined ? [] : [[key, read] as const]
          }),
        ),
      )
      if (lines.length > 0) properties['products'] = lines
    }
    if (JSON.stringify(properties).length > propertiesLengthMax)
      throw new PlacedProblem(`${at}.properties`, new MappingProblem({ zh: '事件属性超过 32 KB', en: 'The properties are larger than 32 KB' }))
    return properties
  }

  #amount(event: MappedEvent, at: string, scope: Scope): number | undefined {
    if (!event.amount) return undefined
    const { value, unit } = event.amount
    const place = `${at}.amount.value`
    const read = this.#value(value, place, scope)
    return read === undefined ? undefined : this.#placed(place, () => readAmountFen(read, unit))
  }

  #time(value: MappedValue, at: string, scope: Scope): number | undefined {
    const read = this.#value(value, at, scope)
    if (read === undefined) return undefined
    const timeMs = this.#placed(at, () => readTimeMs(read, this.#context.timezone))
    if (timeMs < earliestMs) throw new PlacedProblem(at, new MappingProblem({ zh: '时间早于 2000 年', en: 'The time is before the year 2000' }))
    return Math.min(timeMs, this.#context.receivedAtMs)
  }

  #emitPerson(rule: MappingRule, at: string, found: Found & { scope: Scope; timeMs: number }): void {
    const { scope, timeMs, identities, version } = found
    if (rule.attributes.length === 0 && rule.registeredAt === null && rule.event !== null) return
    const traits: NonNullable<IncomingItem['traits']> = {}
    for (const [index, { key, value }] of rule.attributes.entries()) {
      const place = `${at}.attributes.${index}.value`
      const read = this.#optional(value, place, scope)
      const scalar = Array.isArray(read) ? read.map((each) => asText(each) ?? '').join(', ') : read
      if (typeof scalar === 'string' && scalar.length > attributeLengthMax)
        this.#note(place, new MappingProblem({ zh: `超过 ${attributeLengthMax} 个字符`, en: `Longer than ${attributeLengthMax} characters` }))
      else if (typeof scalar === 'string') traits[key] = cleanText(scalar)
      else if (typeof scalar === 'number' || typeof scalar === 'boolean') traits[key] = scalar
    }
    const registeredMs = rule.registeredAt ? this.#time(rule.registeredAt, `${at}.registeredAt`, scope) : undefined
    const key = stableUuid(this.#context.connectorId, rule.name, 'person', timeMs, JSON.stringify([identities, traits]))
    const item: IncomingItem = { type: 'identify', identities, timeMs, key, traits, ...(registeredMs === undefined ? {} : { createdAtMs: registeredMs }) }
    this.#outcome.items.push({ item, rule: rule.name, keyText: null, version })
  }

  #emitEvent(rule: MappingRule, at: string, found: Found & { scope: Scope; event: ReadEvent }): void {
    const { event, identities, scope, version } = found
    const { connectorId, workspaceId } = this.#context
    const own = rule.key === null ? undefined : this.#template(rule.key, scope)
    if (rule.key !== null && own === undefined)
      throw new PlacedProblem(`${at}.key`, new MappingProblem({ zh: '去重键中有字段没有值', en: 'A field of the key holds nothing' }))
    const keyText = own ?? (event.orderId === undefined ? null : `${event.name}:${event.orderId}`)
    const owner = rule.keyScope === 'workspace' ? `workspace ${workspaceId}` : connectorId
    const content = () =>
      JSON.stringify([event.name, event.timeMs === this.#context.receivedAtMs ? 0 : event.timeMs, identities, event.properties, scope.element])
    const key = keyText === null ? stableUuid(owner, 'content', content()) : stableUuid(owner, 'key', keyText)
    const { name, timeMs, properties, amountFen } = event
    const item: IncomingItem = { type: 'track', identities, timeMs, key, event: name, properties, ...(amountFen === undefined ? {} : { amountFen }) }
    this.#outcome.items.push({ item, rule: rule.name, keyText, version })
  }

  /** A value without which the result cannot be. */
  #value(value: MappedValue, at: string, scope: Scope): unknown {
    return this.#placed(at, () => {
      const read = readValue(value, scope, this.#context)
      this.#context.onValue?.(at, read)
      return read
    })
  }

  /** A value that is left out, with a problem, when it cannot be read. */
  #optional(value: MappedValue, at: string, scope: Scope): unknown {
    try {
      return this.#value(value, at, scope)
    } catch (error) {
      if (!(error instanceof PlacedProblem)) throw error
      this.#note(error.at, error.problem)
      return undefined
    }
  }

  #placed<Value>(at: string, read: () => Value): Value {
    try {
      return read()
    } catch (error) {
      throw error instanceof MappingProblem ? new PlacedProblem(at, error) : error
    }
  }

  #template(text: string, scope: Scope): string | undefined {
    const parts = parseTemplate(text)
    return parts ? fillTemplate(parts, scope) : undefined
  }

  #note(at: string, problem: MappingProblem): void {
    this.#outcome.problemCount += 1
    const noted = problem.at(at)
    const isKnown = this.#outcome.problems.some((known) => known.at === at && known.zh === noted.zh)
    if (!isKnown && this.#outcome.problems.length < problemsMax) this.#outcome.problems.push(noted)
  }
}

interface ReadEvent {
  name: string
  timeMs: number
  orderId: string | undefined
  amountFen: number | undefined
  properties: Record<string, unknown>
}

interface Found {
  identities: [string, string][]
  version: MappedItem['version']
}
