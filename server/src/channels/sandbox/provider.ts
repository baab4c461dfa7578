import { z } from 'zod'
import { classifyCarrierCode } from '../failure-codes.ts'
import { type CallbackRequest, CallbackRefused, defineProvider, type Inbound } from '../provider.ts'
import { SandboxSession } from './session.ts'
import { isSignedBy, signatureHeader, WireCallback } from './wire.ts'

const Config = z.object({
  endpoint: z.url({ protocol: /^https?$/ }),
  apiKey: z.string().min(8).max(200),
  batchSize: z.coerce.number().int().min(1).max(500).default(200),
  timeoutSeconds: z.coerce.number().min(0.1).max(120).default(15),
})

function parseCallback(config: z.infer<typeof Config>, callback: CallbackRequest): Inbound {
  if (!isSignedBy(config.apiKey, callback.body, callback.headers[signatureHeader])) throw new CallbackRefused('signature', 'signature does not match')
  const parsed = WireCallback.safeParse(parseJson(callback.body))
  if (!parsed.success) throw new CallbackRefused('format', z.prettifyError(parsed.error))
  const inbound: Inbound = { receipts: [], replies: [] }
  for (const event of parsed.data.events) {
    const atMs = Date.parse(event.at)
    if (event.type === 'reply') inbound.replies.push({ vendorKey: event.id, address: event.from, text: event.text, atMs })
    else {
      const reference = Number(event.reference)
      const base = {
        vendorIds: [event.id],
        ...(Number.isSafeInteger(reference) && reference > 0 ? { reference } : {}),
        address: event.to,
        code: event.state,
        atMs,
      }
      inbound.receipts.push(event.state === 'DELIVRD' ? { ...base, state: 'delivered' } : { ...base, state: 'failed', class: classifyCarrierCode(event.state) })
    }
  }
  return inbound
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** The network that comes with the product: for trial, training and tests. Nothing leaves the machine. */
export const sandboxProvider = defineProvider({
  id: 'sandbox',
  channel: 'sms',
  label: { zh: '沙箱网络', en: 'Sandbox network' },
  description: {
    zh: '自带的模拟短信网络：有延迟、失败码、回执、上行与退订，不会真正发出短信',
    en: 'The simulated SMS network that comes with the product: delays, failure codes, receipts, replies and opt-outs; nothing is really sent',
  },
  fields: [
    { key: 'endpoint', label: { zh: '接口地址', en: 'Endpoint' }, kind: 'url', required: true },
    {
      key: 'apiKey',
      label: { zh: '密钥', en: 'API key' },
      help: { zh: '至少 8 个字符；回调用它签名', en: 'At least 8 characters; callbacks are signed with it' },
      kind: 'secret',
      required: true,
    },
    { key: 'batchSize', label: { zh: '每次请求的条数', en: 'Messages per request' }, kind: 'number', required: false, default: 200 },
    { key: 'timeoutSeconds', label: { zh: '超时（秒）', en: 'Timeout (seconds)' }, kind: 'number', required: false, default: 15 },
  ],
  config: Config,
  capabilities: { callback: true, connection: false },
  limits: { batchMax: 500, ratePerSecondDefault: 500 },
  open: (config, dependencies) => new SandboxSession(config, dependencies),
  parseCallback,
})
