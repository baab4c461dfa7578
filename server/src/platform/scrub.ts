const hidden = '[hidden]'

/** Names of fields whose value never stands in a log, whatever it is. */
const privateKey = /phone|mobile|e-?mail|address(?!_?key)|passw|secret|token|authori[sz]ation|cookie|credential|api-?key|write-?key|master-?key|手机|电话|邮箱/i

const emailInText = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu
/** A Chinese mobile number that is not part of a longer number. */
const phoneInText = /(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)/g
/** The same as the value of a field in JSON. */
const phoneAsNumber = /:(?:86)?1[3-9]\d{9}(?=[,}\]])/g

const depthMax = 6
const itemsMax = 50

/** The text with phone numbers and e-mail addresses in it replaced. */
export function scrubText(text: string): string {
  return text.replace(emailInText, hidden).replace(phoneInText, hidden)
}

/** A line of JSON with phone numbers and e-mail addresses in it replaced; it stays JSON. */
export function scrubLine(line: string): string {
  return scrubText(line.replace(phoneAsNumber, `:"${hidden}"`))
}

/**
 * A copy that may be logged: fields with private names hidden, phone numbers and e-mail addresses taken out of every text,
 * errors as plain objects, objects of classes by name only (they may hold anything), long lists and deep trees cut.
 */
export function scrub(value: unknown, depth = 0): unknown {
  switch (typeof value) {
    case 'string':
      return scrubText(value)
    case 'object':
      return value === null ? null : scrubObject(value, depth)
    case 'bigint':
      return value.toString()
    case 'function':
    case 'symbol':
      return `[${typeof value}]`
    case 'number':
    case 'boolean':
    case 'undefined':
      return value
  }
}

function scrubObject(value: object, depth: number): unknown {
  if (depth > depthMax) return '[deep]'
  if (value instanceof Date) return value
  if (value instanceof Error) return scrubError(value, depth)
  if (Array.isArray(value)) return value.slice(0, itemsMax).map((item) => scrub(item, depth + 1))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return passesAsRequest(value) ? value : `[${value.constructor.name}]`
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, privateKey.test(key) ? hidden : scrub(item, depth + 1)]))
}

/** The web server's own request and reply: its serializers, which run after this, keep only a few harmless fields. */
function passesAsRequest(value: object): boolean {
  return value.constructor.name === '_Request' || value.constructor.name === '_Reply'
}

function scrubError(error: Error, depth: number): Record<string, unknown> {
  const { code, detail: _detail, cause } = error as Error & { code?: unknown; detail?: unknown }
  return {
    type: error.name,
    message: scrubText(error.message),
    ...(code === undefined ? {} : { code: scrub(code, depth + 1) }),
    stack: scrubText(error.stack ?? ''),
    ...(cause === undefined ? {} : { cause: scrub(cause, depth + 1) }),
  }
}
