import { z } from 'zod'
import { defineProvider } from '../provider.ts'
import { SmppSession } from './session.ts'

const Config = z.object({
  host: z.string().trim().min(1).max(255),
  port: z.coerce.number().int().min(1).max(65535).default(2775),
  tls: z.boolean().default(false),
  systemId: z.string().min(1).max(15),
  password: z.string().max(8).default(''),
  systemType: z.string().max(12).default(''),
  sourceAddress: z.string().max(20).default(''),
  window: z.coerce.number().int().min(1).max(1000).default(20),
  answerTimeoutSeconds: z.coerce.number().min(0.1).max(120).default(10),
  enquireSeconds: z.coerce.number().min(0.1).max(600).default(30),
})

/** Any gateway or aggregator that speaks SMPP 3.4 (cloud vendors abroad, many aggregators at home, simulators). */
export const smppProvider = defineProvider({
  id: 'smpp',
  channel: 'sms',
  label: { zh: 'SMPP 3.4 直连', en: 'SMPP 3.4' },
  description: {
    zh: '以收发一体（transceiver）方式绑定短信网关；签名写在正文最前，回执与上行从同一连接返回',
    en: 'Binds to an SMSC as a transceiver; the signature goes at the front of the text, receipts and replies come back on the same connection',
  },
  fields: [
    { key: 'host', label: { zh: '网关地址', en: 'Host' }, kind: 'text', required: true },
    { key: 'port', label: { zh: '端口', en: 'Port' }, kind: 'number', required: true, default: 2775 },
    { key: 'tls', label: { zh: '使用 TLS', en: 'Use TLS' }, kind: 'boolean', required: false, default: false },
    { key: 'systemId', label: { zh: '用户名（system_id）', en: 'System id' }, kind: 'text', required: true },
    { key: 'password', label: { zh: '密码', en: 'Password' }, kind: 'secret', required: false },
    { key: 'systemType', label: { zh: '系统类型', en: 'System type' }, kind: 'text', required: false },
    { key: 'sourceAddress', label: { zh: '接入号', en: 'Source number' }, kind: 'text', required: false },
    {
      key: 'window',
      label: { zh: '窗口（未应答的最大提交数）', en: 'Window (submits without an answer)' },
      help: { zh: '以网关方的约定为准，常见 10–50', en: 'As agreed with the gateway, typically 10–50' },
      kind: 'number',
      required: false,
      default: 20,
    },
    { key: 'answerTimeoutSeconds', label: { zh: '应答超时（秒）', en: 'Answer timeout (seconds)' }, kind: 'number', required: false, default: 10 },
    { key: 'enquireSeconds', label: { zh: '空闲探测间隔（秒）', en: 'Seconds of silence before a link check' }, kind: 'number', required: false, default: 30 },
  ],
  config: Config,
  capabilities: { callback: false, connection: true },
  limits: { batchMax: 500, ratePerSecondDefault: 50 },
  open: (config, dependencies) =>
    new SmppSession(
      {
        ...config,
        connectTimeoutMs: config.answerTimeoutSeconds * 1000,
        answerTimeoutMs: config.answerTimeoutSeconds * 1000,
        enquireIdleMs: config.enquireSeconds * 1000,
      },
      dependencies,
    ),
})
