import { isNobody, type NamespaceRules } from '../../people/index.ts'
import { addIdentity, type Identities } from '../tracking/identities.ts'
import { TrackingProblem } from '../tracking/tracking-problem.ts'
import { isObject, type Json } from '../tracking/tracking-values.ts'

/** What the SDKs' identity keys are called here; a key that is not listed means the workspace's kind of the same name. */
const namespaceOf: Readonly<Record<string, string>> = {
  $identity_login_id: 'user_id',
  $identity_mobile: 'phone',
  $identity_email: 'email',
  $identity_mp_openid: 'wechat_openid',
  $identity_mp_unionid: 'wechat_unionid',
  $identity_cookie_id: 'anonymous_id',
  $identity_anonymous_id: 'anonymous_id',
  $identity_mp_id: 'anonymous_id',
  $identity_android_id: 'device_id',
  $identity_android_uuid: 'device_id',
  $identity_idfv: 'device_id',
  $identity_ios_uuid: 'device_id',
  $identity_harmony_uuid: 'device_id',
}

/** In place of the application of an open id that came without one: open ids mean something only within an application. */
const unknownApplication = 'miniprogram'

export interface SensorsNames {
  identities: Identities
  /** A distinct id of which the sender did not say whether it is a user id or an anonymous id. */
  unplacedId?: string
}

/**
 * Who a message is about. SDKs with several identities say it in `identities`, `login_id` and `anonymous_id`; the others only by
 * `distinct_id`, which is a user id where the message says so (`$is_login_id`, a sign-up), and otherwise left open.
 * @throws TrackingProblem when nobody is named.
 */
export function readSensorsIdentities(message: Json, at: string, rules: NamespaceRules): SensorsNames {
  const names: Names = { identities: [], values: new Set(), rules, application: applicationOf(message) }
  const { type, identities, login_id: loginId, anonymous_id: anonymousId, original_id: originalId, distinct_id: distinctId } = message
  // Of an unbinding the list names what somebody no longer is.
  if (isObject(identities) && type !== 'track_id_unbind') for (const key in identities) addByKey(names, key, identities[key])
  addLogin(names, loginId)
  if (type === 'track_signup') {
    addLogin(names, distinctId)
    addPlain(names, 'anonymous_id', originalId)
  }
  addPlain(names, 'anonymous_id', anonymousId)
  const unplacedId = addDistinct(names, distinctId, message)
  if (names.identities.length === 0 && unplacedId === undefined)
    throw new TrackingProblem(`${at}.distinct_id`, { zh: '缺少 distinct_id 或 identities', en: 'distinct_id or identities is missing' })
  names.identities.sort(byStrength(rules))
  return unplacedId === undefined ? { identities: names.identities } : { identities: names.identities, unplacedId }
}

interface Names {
  identities: Identities
  /** As they were sent. */
  values: Set<string>
  rules: NamespaceRules
  application: string
}

/** Answers the distinct id when its kind stays open. */
function addDistinct(names: Names, value: unknown, { properties }: Json): string | undefined {
  const text = textOf(value)
  if (text === null || names.values.has(text)) return undefined
  if (addKeyed(names, text)) return undefined
  const isLogin = isObject(properties) ? properties['$is_login_id'] : undefined
  if (isLogin === true) addPlain(names, 'user_id', text)
  else if (isLogin === false) addPlain(names, 'anonymous_id', text)
  else return text
  return undefined
}

/** A login is a user id, or after `loginWithKey` `<key>+<value>`. */
function addLogin(names: Names, value: unknown): void {
  const text = textOf(value)
  if (text !== null && !addKeyed(names, text)) addPlain(names, 'user_id', text)
}

/** `$identity_email+a@b.c`. */
function addKeyed(names: Names, text: string): boolean {
  const plus = text.indexOf('+')
  if (plus <= 0 || !text.startsWith('$identity_')) return false
  names.values.add(text)
  addByKey(names, text.slice(0, plus), text.slice(plus + 1))
  return true
}

function addByKey(names: Names, key: string, value: unknown): void {
  const text = textOf(value)
  if (text === null || key === '$identity_distinct_id') return
  const namespace = namespaceOf[key] ?? key.replace(/^\$identity_/, '')
  if (addKeyed(names, text)) return
  names.values.add(text)
  addPlain(names, namespace, namespace === 'wechat_openid' && !text.includes(':') ? `${names.application}:${text}` : text)
}

/** A value that is none (a phone number with too few digits) is passed over: SDKs repeat identities with every event. */
function addPlain(names: Names, namespace: string, value: unknown): void {
  const text = textOf(value)
  if (text === null) return
  names.values.add(text)
  if (typeof names.rules.normalise(namespace, text) === 'string') addIdentity(names.identities, { namespace, value: text, at: '' }, names.rules)
}

function textOf(value: unknown): string | null {
  const text = typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : ''
  return text === '' || text.length > 256 || isNobody(text) ? null : text
}

function applicationOf({ properties }: Json): string {
  const id = isObject(properties) ? (properties['$mp_app_id'] ?? properties['$app_id']) : undefined
  return typeof id === 'string' && /^[\w.-]{1,64}$/.test(id) ? id : unknownApplication
}

function byStrength(rules: NamespaceRules) {
  return ([left]: readonly [string, string], [right]: readonly [string, string]): number => rules.rankOf(left) - rules.rankOf(right)
}
