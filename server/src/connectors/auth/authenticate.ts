import { createHash, createHmac } from 'node:crypto'
import type { LocaleText } from '../../../../contracts/common.ts'
import type { TimestampCheck, WebhookAuth } from '../../../../contracts/connector-mapping.ts'
import type { ConnectorSecrets, WebhookSettings } from '../../../../contracts/connector-settings.ts'
import type { z } from 'zod'
import { timeParser } from '../../collect/index.ts'
import { isOnList, parseAddresses } from '../../platform/address-list.ts'
import { isSameText } from '../../platform/same-text.ts'
import { readPlace, type HookRequest } from './hook-request.ts'
import { signedBytes } from './signed-text.ts'

export interface Authentication {
  ok: boolean
  /** The signature or token as it came. */
  given: string | null
  /** The signature that the request must carry. */
  computed: string | null
  /** What was signed, without the secret. */
  signedText: string | null
  reason: LocaleText | null
}

type Auth<Kind extends WebhookAuth['kind']> = Extract<WebhookAuth, { kind: Kind }>
type Method<Kind extends WebhookAuth['kind']> = (auth: Auth<Kind>, request: HookRequest, proof: { secrets: ConnectorSecrets; atMs: number }) => Authentication

const passed: Authentication = { ok: true, given: null, computed: null, signedText: null, reason: null }

/** One entry per method of authentication. */
const methods: { [Kind in WebhookAuth['kind']]: Method<Kind> } = {
  secretUrl: () => passed,
  token: (auth, request, { secrets }) => {
    const given = readPlace(request, auth.place, auth.name)
    const expected = secrets.token
    if (!expected) return refused({ zh: '还没有填写令牌', en: 'No token is set yet' })
    if (given === undefined) return refused({ zh: `请求中没有 ${auth.name}`, en: `The request has no ${auth.name}` })
    return isSameText(given, auth.prefix + expected) ? passed : { ...refused({ zh: '令牌不对', en: 'The token is wrong' }), given: '•••' }
  },
  hmac: (auth, request, { secrets, atMs }) =>
    checkSignature(auth, request, {
      id: '',
      secret: secrets.secret ?? '',
      atMs,
      sign: (bytes) =>
        createHmac(auth.algorithm, secrets.secret ?? '')
          .update(bytes)
          .digest(),
    }),
  digest: (auth, request, { secrets, atMs }) =>
    checkSignature(auth, request, { id: auth.id, secret: secrets.secret ?? '', atMs, sign: (bytes) => createHash(auth.algorithm).update(bytes).digest() }),
}

/**
 * Whether a request comes from whom it should: from a listed address, with the proof that the connector asks for. `atMs` is when it came:
 * a replayed delivery is judged by then.
 */
export function authenticate(settings: WebhookSettings, secrets: ConnectorSecrets, request: HookRequest, atMs: number): Authentication {
  const { auth, addresses } = settings
  if (addresses.length > 0) {
    const list = parseAddresses(addresses)
    if (!list || request.address === null || !isOnList(list, request.address))
      return refused({ zh: `来源地址 ${request.address ?? '未知'} 不在白名单中`, en: `The address ${request.address ?? 'unknown'} is not on the list` })
  }
  return (methods[auth.kind] as Method<WebhookAuth['kind']>)(auth, request, { secrets, atMs })
}

interface Signing {
  id: string
  secret: string
  atMs: number
  sign(bytes: Buffer): Buffer
}

function checkSignature(auth: Auth<'hmac'> | Auth<'digest'>, request: HookRequest, { id, secret, atMs, sign }: Signing): Authentication {
  if (secret === '') return refused({ zh: '还没有填写密钥', en: 'No secret is set yet' })
  const given = readPlace(request, auth.place, auth.name)
  const timestamp = auth.timestamp ? readPlace(request, auth.timestamp.place, auth.timestamp.name) : undefined
  const candidates = auth.templates.map((template) => {
    const parts = { id, timestamp, signatureName: auth.name }
    const computed = auth.prefix + sign(signedBytes(template, request, { ...parts, secret })).toString(auth.encoding)
    return { computed, signedText: signedBytes(template, request, { ...parts, secret: '•••' }).toString('utf8') }
  })
  const matching = given === undefined ? undefined : candidates.find(({ computed }) => isSameSignature(given, computed, auth.encoding))
  const shown = { given: given ?? null, ...(matching ?? candidates[0] ?? { computed: null, signedText: null }) }
  if (given === undefined) return { ...shown, ...words(`请求中没有签名 ${auth.name}`, `The request has no signature ${auth.name}`) }
  if (!matching)
    return {
      ...shown,
      ...words('签名不对：请核对密钥，以及内容是否逐字节原样', 'The signature is wrong: check the secret, and that the body is byte for byte as sent'),
    }
  const late = auth.timestamp ? whyLate(auth.timestamp, timestamp, atMs) : null
  return { ...shown, ok: late === null, reason: late }
}

function whyLate({ name, format, toleranceSeconds }: z.infer<typeof TimestampCheck>, timestamp: string | undefined, atMs: number): LocaleText | null {
  if (timestamp === undefined) return { zh: `请求中没有时间 ${name}`, en: `The request has no time ${name}` }
  const saidMs =
    format === 'seconds' ? Number(timestamp) * 1000 : format === 'milliseconds' ? Number(timestamp) : (timeParser('Asia/Shanghai')(timestamp)?.ms ?? NaN)
  if (!Number.isFinite(saidMs)) return { zh: `时间 ${name} 无法识别`, en: `The time ${name} can not be read` }
  if (Math.abs(atMs - saidMs) <= toleranceSeconds * 1000) return null
  return {
    zh: `请求时间与本机相差超过 ${toleranceSeconds} 秒：可能是重放，或时钟不准`,
    en: `The request is more than ${toleranceSeconds} s away from our clock: a repetition, or a wrong clock`,
  }
}

function isSameSignature(given: string, computed: string, encoding: 'hex' | 'base64'): boolean {
  return encoding === 'hex' ? isSameText(given.trim().toLowerCase(), computed.toLowerCase()) : isSameText(given.trim(), computed)
}

function refused(reason: LocaleText): Authentication {
  return { ...passed, ok: false, reason }
}

function words(zh: string, en: string): { ok: false; reason: LocaleText } {
  return { ok: false, reason: { zh, en } }
}
