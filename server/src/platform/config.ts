import path from 'node:path'
import { z } from 'zod'
import type { Problem } from '../../../contracts/errors.ts'
import { isAddressBlock } from './address-list.ts'
import { AppError } from './errors.ts'
import { projectPath } from './project-root.ts'

const roleNames = ['api', 'worker'] as const
export type ProcessRole = (typeof roleNames)[number]

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** Settings of this process, read once from the environment and passed in; nobody else reads the environment. */
export interface Config {
  /** Where both embedded engines, uploads and the master key live. */
  dataDir: string
  /** The built console. */
  consoleDir: string
  http: {
    host: string
    port: number
    /** Base of links and callback addresses, without a trailing slash. */
    publicUrl: string
  }
  /** What this process does: answer requests, run background work, or both. */
  roles: ReadonlySet<ProcessRole>
  /** `url` null: the embedded PostgreSQL in the data directory. */
  postgres: { url: string | null }
  /** `url` null: the embedded ClickHouse in the data directory. */
  warehouse: { url: string | null }
  /** 32 bytes, or null: made on first start and kept in the data directory. */
  masterKey: Buffer | null
  /** The first owner, created on first start without questions. */
  owner: { email: string; password: string } | null
  log: { level: (typeof logLevels)[number] }
  metrics: { token: string | null }
  /** Private address ranges that people of a workspace may let this server connect to (CIDR), `all` for every one; by default none. */
  outgoing: { privateAddresses: readonly string[] }
  /** Largest file of an import, unpacked. */
  uploadBytesMax: number
}

/** A variable's rule with what to say, in both languages, when it is broken. */
interface Words {
  zh: string
  en: string
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The settings in an environment, by default this process's.
 * Throws `validation` with one problem per wrong variable, `at` naming it: all mistakes at once.
 */
export function readConfig(environment: Environment = process.env): Config {
  const reader = new EnvironmentReader(environment)
  const host = reader.text('HONGYAN_HOST') ?? '127.0.0.1'
  const port = reader.port('HONGYAN_PORT', 3900)
  const config: Config = {
    dataDir: path.resolve(reader.text('HONGYAN_DATA_DIR') ?? projectPath('.hongyan')),
    consoleDir: projectPath('dist', 'console'),
    http: { host, port, publicUrl: reader.url('HONGYAN_PUBLIC_URL', ['http:', 'https:'])?.replace(/\/+$/, '') ?? `http://${shownHost(host)}:${port}` },
    roles: reader.roles('HONGYAN_ROLES'),
    postgres: { url: reader.url('DATABASE_URL', ['postgres:', 'postgresql:']) },
    warehouse: { url: reader.url('CLICKHOUSE_URL', ['http:', 'https:']) },
    masterKey: reader.key('HONGYAN_MASTER_KEY'),
    owner: reader.owner('HONGYAN_OWNER_EMAIL', 'HONGYAN_OWNER_PASSWORD'),
    log: { level: reader.oneOf('HONGYAN_LOG_LEVEL', logLevels, 'info') },
    metrics: { token: reader.text('HONGYAN_METRICS_TOKEN') },
    outgoing: { privateAddresses: reader.addresses('HONGYAN_PRIVATE_ADDRESSES') },
    uploadBytesMax: reader.gigabytes('HONGYAN_UPLOAD_MAX_GB', 20),
  }
  reader.finish()
  return config
}

/** A key as 64 hex digits or base64 of 32 bytes; null when it is neither. */
export function parseKey(text: string): Buffer | null {
  const trimmed = text.trim()
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return Buffer.from(trimmed, 'hex')
  const bytes = Buffer.from(trimmed, 'base64')
  const isBase64 = /^[A-Za-z0-9+/_-]+={0,2}$/.test(trimmed)
  return isBase64 && bytes.length === 32 ? bytes : null
}

function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

class EnvironmentReader {
  readonly #environment: Environment
  readonly #problems: Problem[] = []

  constructor(environment: Environment) {
    this.#environment = environment
  }

  /** Empty counts as not set, as in `VAR= npm start`. */
  text(name: string): string | null {
    return this.#environment[name]?.trim() || null
  }

  port(name: string, fallback: number): number {
    const text = this.text(name)
    if (text === null) return fallback
    const port = Number(text)
    if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
    return this.#wrong(name, { zh: '应为 0 到 65535 的端口号', en: 'must be a port, 0 to 65535' }, fallback)
  }

  /** A number of GiB, as bytes. */
  gigabytes(name: string, fallback: number): number {
    const gigabytes = Number(this.text(name) ?? fallback)
    if (gigabytes > 0 && gigabytes <= 1000) return Math.round(gigabytes * 1024 ** 3)
    return this.#wrong(name, { zh: '应为大于 0、不超过 1000 的数字（GB）', en: 'must be a number of GB, more than 0 and at most 1000' }, fallback * 1024 ** 3)
  }

  url(name: string, protocols: readonly string[]): string | null {
    const text = this.text(name)
    if (text === null) return null
    if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text
    const starts = protocols.map((protocol) => `${protocol}//`).join(' / ')
    return this.#wrong(name, { zh: `应为以 ${starts} 开头的地址`, en: `must be an address that starts with ${starts}` }, null)
  }

  key(name: string): Buffer | null {
    const text = this.text(name)
    if (text === null) return null
    return (
      parseKey(text) ??
      this.#wrong(name, { zh: '应为 32 字节的密钥（base64 或 64 位十六进制）', en: 'must be a key of 32 bytes, as base64 or 64 hex digits' }, null)
    )
  }

  oneOf<Choice extends string>(name: string, choices: readonly Choice[], fallback: Choice): Choice {
    const text = this.text(name)
    if (text === null) return fallback
    const choice = choices.find((candidate) => candidate === text.toLowerCase())
    return choice ?? this.#wrong(name, { zh: `应为其中之一：${choices.join('、')}`, en: `must be one of ${choices.join(', ')}` }, fallback)
  }

  roles(name: string): ReadonlySet<ProcessRole> {
    const text = this.text(name)
    if (text === null) return new Set(roleNames)
    const words = text.split(',').map((word) => word.trim())
    const roles = roleNames.filter((role) => words.includes(role))
    if (roles.length === words.length) return new Set(roles)
    return this.#wrong(name, { zh: '应为 api、worker 或 api,worker', en: 'must be api, worker or api,worker' }, new Set(roleNames))
  }

  addresses(name: string): readonly string[] {
    const entries = (this.text(name) ?? '').split(/[\s,]+/).filter((entry) => entry !== '')
    if (entries.every((entry) => entry === 'all' || isAddressBlock(entry))) return entries
    return this.#wrong(name, { zh: '应为 IP 地址或网段（CIDR），逗号分隔，或 all', en: 'must be IP addresses or CIDR blocks separated by commas, or all' }, [])
  }

  owner(emailName: string, passwordName: string): Config['owner'] {
    const email = this.text(emailName)
    const password = this.text(passwordName)
    if (email === null && password === null) return null
    if (email === null) this.#wrong(emailName, { zh: `设置了 ${passwordName} 时必须填写`, en: `is needed when ${passwordName} is set` }, null)
    else if (!z.email().safeParse(email).success) this.#wrong(emailName, { zh: '应为邮箱地址', en: 'must be an e-mail address' }, null)
    if (password === null) this.#wrong(passwordName, { zh: `设置了 ${emailName} 时必须填写`, en: `is needed when ${emailName} is set` }, null)
    else if (password.length < 10) this.#wrong(passwordName, { zh: '至少 10 个字符', en: 'must have at least 10 characters' }, null)
    return email !== null && password !== null ? { email: email.toLowerCase(), password } : null
  }

  finish(): void {
    if (this.#problems.length === 0) return
    const names = this.#problems.map((problem) => problem.at).join(', ')
    throw new AppError('validation', { zh: `环境变量有误：${names}`, en: `Environment variables are wrong: ${names}`, problems: this.#problems })
  }

  #wrong<Value>(name: string, words: Words, fallback: Value): Value {
    this.#problems.push({ at: name, zh: `${name} ${words.zh}`, en: `${name} ${words.en}` })
    return fallback
  }
}
