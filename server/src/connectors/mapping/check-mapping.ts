import { messageEvents } from '../../../../contracts/collect.ts'
import type { Acknowledgement, MappedValue, Mapping, MappingCondition, MappingRule } from '../../../../contracts/connector-mapping.ts'
import type { Problem } from '../../../../contracts/errors.ts'
import { FieldKey } from '../../../../contracts/rule.ts'
import type { NamespaceRules } from '../../people/index.ts'
import { parsePath } from './path.ts'
import { parseTemplate } from './template.ts'

/** What is wrong with a mapping, every place named as in the draft: `mapping.rules.0.event.time`. */
export function checkMapping(mapping: Mapping, namespaces: NamespaceRules): Problem[] {
  const check = new MappingCheck(namespaces)
  check.mapping(mapping)
  return check.problems
}

/** The same for the answer to a sender; `at` starts with `settings.acknowledgement`. */
export function checkAcknowledgement({ body, challenge }: Acknowledgement): Problem[] {
  const check = new MappingCheck(null)
  check.template(body, 'settings.acknowledgement.body')
  if (challenge) {
    check.conditions(challenge.when, 'settings.acknowledgement.challenge.when')
    check.template(challenge.body, 'settings.acknowledgement.challenge.body')
  }
  return check.problems
}

export function wrongPath(at: string): Problem {
  return {
    at,
    zh: '路径写法有误：应类似 order.items[0].sku、items[*].price，或以 @body、@headers、@query 开头',
    en: 'Not a path: write it like order.items[0].sku or items[*].price, or begin with @body, @headers or @query',
  }
}

class MappingCheck {
  readonly problems: Problem[] = []
  readonly #namespaces: NamespaceRules | null

  constructor(namespaces: NamespaceRules | null) {
    this.#namespaces = namespaces
  }

  mapping(mapping: Mapping): void {
    for (const [index, { path }] of mapping.decode.entries()) this.#path(path, `mapping.decode.${index}.path`)
    for (const [index, { path }] of mapping.decodeMessage.entries()) this.#path(path, `mapping.decodeMessage.${index}.path`)
    if (mapping.each !== null) this.#path(mapping.each, 'mapping.each')
    for (const [index, rule] of mapping.rules.entries()) this.#rule(rule, `mapping.rules.${index}`)
  }

  #rule(rule: MappingRule, at: string): void {
    this.conditions(rule.when, `${at}.when`)
    if (rule.each !== null) this.#path(rule.each, `${at}.each`)
    if (rule.identities.length === 0)
      this.#add(`${at}.identities`, { zh: '至少需要一个身份标识，否则不知道是谁', en: 'Needs at least one identity, or nobody knows who it is' })
    for (const [index, { namespace, value }] of rule.identities.entries()) {
      if (this.#namespaces?.takes(namespace) === false)
        this.#add(`${at}.identities.${index}.namespace`, { zh: '没有这种标识类型，或已停用', en: 'There is no such kind of identity, or it is disabled' })
      this.#value(value, `${at}.identities.${index}.value`)
    }
    for (const [index, { key, value }] of rule.attributes.entries()) this.#field(key, value, `${at}.attributes.${index}`)
    if (rule.attributesAt) this.#value(rule.attributesAt, `${at}.attributesAt`)
    if (rule.registeredAt) this.#value(rule.registeredAt, `${at}.registeredAt`)
    if (rule.key !== null) this.template(rule.key, `${at}.key`)
    if (rule.version) {
      this.template(rule.version.key, `${at}.version.key`)
      this.#value(rule.version.value, `${at}.version.value`)
    }
    this.#event(rule, at)
  }

  #event({ event }: MappingRule, at: string): void {
    if (!event) return
    const reserved: readonly string[] = [...messageEvents, 'Control Assigned']
    this.#value(event.name, `${at}.event.name`)
    if (event.name.kind === 'constant' && reserved.includes(event.name.text))
      this.#add(`${at}.event.name`, { zh: '这个事件名由系统使用，请换一个', en: 'This event name belongs to the product; choose another' })
    if (event.time) this.#value(event.time, `${at}.event.time`)
    if (event.orderId) this.#value(event.orderId, `${at}.event.orderId`)
    if (event.amount) this.#value(event.amount.value, `${at}.event.amount.value`)
    for (const [index, { key, value }] of event.properties.entries()) this.#field(key, value, `${at}.event.properties.${index}`)
    if (!event.items) return
    this.#path(event.items.path, `${at}.event.items.path`)
    for (const [index, { key, value }] of event.items.fields.entries()) this.#field(key, value, `${at}.event.items.fields.${index}`)
  }

  #field(key: string, value: MappedValue, at: string): void {
    if (!FieldKey.safeParse(key).success)
      this.#add(`${at}.key`, {
        zh: '名称须以字母或文字开头，只含文字、数字、_ - . 空格',
        en: 'A name starts with a letter and holds letters, digits, _ - . and spaces',
      })
    this.#value(value, `${at}.value`)
  }

  #value(value: MappedValue, at: string): void {
    if (value.text.trim() === '') this.#add(at, { zh: '请填写取值', en: 'Say where the value comes from' })
    else if (value.kind === 'path') this.#path(value.text, at)
    else if (value.kind === 'template') this.template(value.text, at)
    for (const [index, step] of value.transforms.entries()) {
      const place = `${at}.transforms.${index}`
      if (step.kind === 'map' && step.table === undefined) this.#add(place, { zh: '请填写对照表', en: 'Fill in the table' })
      if (step.timezone !== undefined && !isZone(step.timezone)) this.#add(place, { zh: '不认识的时区', en: 'Not a known time zone' })
    }
  }

  conditions(conditions: readonly MappingCondition[], at: string): void {
    for (const [index, { path, kind, values }] of conditions.entries()) {
      this.#path(path, `${at}.${index}.path`)
      if ((kind === 'in' || kind === 'notIn') && values.length === 0)
        this.#add(`${at}.${index}.values`, { zh: '请填写要比较的值', en: 'Fill in the values to compare with' })
    }
  }

  #path(text: string, at: string): void {
    if (!parsePath(text)) this.problems.push(wrongPath(at))
  }

  template(text: string, at: string): void {
    if (parseTemplate(text)) return
    this.#add(at, {
      zh: '模板写法有误：双花括号中应为路径，如 youzan:{{yz_open_id}}',
      en: 'Not a template: between double braces stands a path, as in youzan:{{yz_open_id}}',
    })
  }

  #add(at: string, words: { zh: string; en: string }): void {
    this.problems.push({ at, ...words })
  }
}

function isZone(timezone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: timezone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
