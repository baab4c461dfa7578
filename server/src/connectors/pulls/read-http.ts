import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, request } from 'undici'
import type { ConnectorSecrets, HttpPullSettings } from '../../../../contracts/connector-settings.ts'
import { timeParser } from '../../collect/index.ts'
import type { Config } from '../../platform/config.ts'
import type { Platform } from '../../platform/platform.ts'
import { parseJson } from '../mapping/read-body.ts'
import { MappingProblem } from '../mapping/mapping-problem.ts'
import { parsePath, readPath } from '../mapping/path.ts'
import { asText } from '../mapping/template.ts'
import { whyNoItems } from './missing-items.ts'
import { addressOf } from './outgoing-address.ts'
import type { HttpPosition, PullBatch } from './pull-batch.ts'
import { PullError, saidBy } from './pull-error.ts'

interface HttpPull {
  settings: HttpPullSettings
  secrets: ConnectorSecrets
  /** Where the last run ended. */
  cursor: string | null
  /** Where this run stopped, when it goes on. */
  position: HttpPosition | null
  timezone: string
}

type Since = NonNullable<HttpPullSettings['since']>

const pageBytesMax = 20 * 1024 * 1024
const pageTimeoutMs = 60_000
const attemptsMax = 3
const retryMsMax = 30_000

/** Pages of JSON, one batch each, with where to go on behind it. Follows no redirects. Throws a PullError in words for whoever set it up. */
export async function* readHttp(platform: Platform, pull: HttpPull): AsyncGenerator<PullBatch> {
  const { settings, timezone } = pull
  const client = new PullClient(platform.config)
  try {
    const authorization = await authorizationOf(client, settings, pull.secrets)
    const since = sinceText(settings.since, pull.cursor, timezone)
    let position: HttpPosition = pull.position ?? { next: firstOf(settings), furthest: pull.cursor, read: 0 }
    for (let page = 0; page < settings.pagesMax; page += 1) {
      const answer = await client.fetch(pageRequest(settings, { authorization, since, next: position.next }))
      const rows = itemsOf(answer.body, settings.itemsPath)
      const next = nextOf(settings, { answer, position, rows: rows.length })
      position = { next, furthest: furthestOf(settings.since, position.furthest, { rows, timezone }), read: position.read + rows.length }
      yield { rows, skipped: 0, cursor: null, position }
      if (next === null) return
    }
    throw new PullError({ zh: `超过 ${settings.pagesMax} 页仍未结束：请检查翻页设置`, en: `Not at the end after ${settings.pagesMax} pages: check the paging` })
  } finally {
    await client.close()
  }
}

interface PageRequest {
  url: string
  method: 'GET' | 'POST'
  headers: Record<string, string>
  body?: string
}

interface PageAnswer {
  body: unknown
  link: string | null
  url: string
}

class PullClient {
  readonly #config: Config
  readonly #agent: Agent
  /** Address by host: what was looked up and checked is what is connected to. */
  readonly #addresses = new Map<string, string>()

  constructor(config: Config) {
    this.#config = config
    this.#agent = new Agent({
      connect: {
        timeout: 10_000,
        lookup: (host, { all }, done) => {
          const address = this.#addresses.get(host) ?? ''
          const family = address.includes(':') ? 6 : 4
          if (all === true) done(null, [{ address, family }])
          else done(null, address, family)
        },
      },
      headersTimeout: pageTimeoutMs,
      bodyTimeout: pageTimeoutMs,
      maxResponseSize: pageBytesMax,
    })
  }

  async fetch(page: PageRequest): Promise<PageAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#ask(page)
      if ('body' in answer) return answer
      if (attempt >= attemptsMax || !answer.isPassing)
        throw new PullError({ zh: `接口没有正常应答：${answer.error}`, en: `The interface did not answer properly: ${answer.error}` })
      await sleep(Math.min(answer.retryMs ?? 1000 * attempt, retryMsMax))
    }
  }

  async #ask({ url, method, headers, body }: PageRequest): Promise<PageAnswer | { error: string; isPassing: boolean; retryMs?: number }> {
    const { hostname, protocol } = new URL(url)
    if (protocol !== 'https:' && protocol !== 'http:') throw new PullError({ zh: '只支持 http 与 https 地址', en: 'Only http and https addresses' })
    this.#addresses.set(hostname, await addressOf(this.#config, hostname))
    try {
      const answer = await request(url, {
        method,
        headers,
        dispatcher: this.#agent,
        signal: AbortSignal.timeout(pageTimeoutMs),
        ...(body === undefined ? {} : { body }),
      })
      const text = await answer.body.text()
      const { statusCode } = answer
      if (statusCode >= 200 && statusCode < 300) return { body: parseAnswer(text), link: asText(answer.headers['link']) ?? null, url }
      const retryAfter = Number(asText(answer.headers['retry-after']))
      return { error: `HTTP ${statusCode}`, isPassing: statusCode === 429 || statusCode >= 500, ...(retryAfter > 0 ? { retryMs: retryAfter * 1000 } : {}) }
    } catch (error) {
      if (error instanceof PullError) throw error
      return { error: saidBy(error), isPassing: true }
    }
  }

  close(): Promise<void> {
    return this.#agent.close()
  }
}

function parseAnswer(text: string): unknown {
  try {
    return text.trim() === '' ? null : parseJson(text)
  } catch (error) {
    if (!(error instanceof MappingProblem)) throw error
    throw new PullError({ zh: `接口返回的${error.words.zh}`, en: `The interface answered: ${error.words.en}` })
  }
}

/** The headers that prove who asks. */
async function authorizationOf(client: PullClient, { auth }: HttpPullSettings, secrets: ConnectorSecrets): Promise<Record<string, string>> {
  switch (auth.kind) {
    case 'none':
      return {}
    case 'bearer':
      return { authorization: `Bearer ${secrets.token ?? ''}` }
    case 'header':
      return { [auth.name.toLowerCase()]: secrets.token ?? '' }
    case 'basic':
      return { authorization: `Basic ${Buffer.from(`${auth.user}:${secrets.password ?? ''}`).toString('base64')}` }
    case 'oauth': {
      const fields = {
        grant_type: 'client_credentials',
        client_id: auth.clientId,
        client_secret: secrets.clientSecret ?? '',
        ...(auth.scope ? { scope: auth.scope } : {}),
      }
      const { body } = await client.fetch({
        url: auth.tokenUrl,
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: new URLSearchParams(fields).toString(),
      })
      const token = (body as { access_token?: unknown } | null)?.access_token
      if (typeof token !== 'string') throw new PullError({ zh: '令牌接口没有返回 access_token', en: 'The token endpoint answered no access_token' })
      return { authorization: `Bearer ${token}` }
    }
  }
}

function firstOf({ paging }: HttpPullSettings): HttpPosition['next'] {
  return paging.kind === 'page' ? paging.first : paging.kind === 'offset' ? 0 : null
}

function pageRequest(
  settings: HttpPullSettings,
  { authorization, since, next }: { authorization: Record<string, string>; since: string | null; next: HttpPosition['next'] },
): PageRequest {
  const { method, paging } = settings
  const headers = {
    accept: 'application/json',
    ...Object.fromEntries(settings.headers.map(({ name, value }) => [name.toLowerCase(), value])),
    ...authorization,
  }
  if (paging.kind === 'nextLink' && typeof next === 'string')
    return { url: next, method: 'GET', headers: sameOrigin(next, settings.url) ? headers : { accept: 'application/json' } }
  const fields: Record<string, string | number> = {}
  if (settings.since && since !== null) fields[settings.since.parameter] = since
  if ('parameter' in paging && next !== null) fields[paging.parameter] = next
  if (method === 'POST') {
    const body = settings.body.trim() === '' ? {} : (parseAnswer(settings.body) as object)
    return { url: settings.url, method, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ ...body, ...fields }) }
  }
  const url = new URL(settings.url)
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, String(value))
  return { url: url.href, method, headers }
}

/** Credentials go to nobody but whom they are for. */
function sameOrigin(left: string, right: string): boolean {
  return new URL(left).origin === new URL(right).origin
}

function itemsOf(body: unknown, path: string): unknown[] {
  const value = read(body, path)
  if (Array.isArray(value)) return value
  if (value === undefined) {
    const why = whyNoItems(body, path)
    if (why) throw new PullError(why)
  }
  if (value === null || value === undefined) return []
  if (typeof value === 'object') return [value]
  throw new PullError({ zh: `${path} 处不是列表：请检查「数据路径」`, en: `There is no list at ${path}: check the path of the items` })
}

function read(body: unknown, path: string): unknown {
  const parsed = parsePath(path)
  return parsed ? readPath(parsed, { element: body, message: body, body, headers: {}, query: {}, path: '' }) : undefined
}

function nextOf(
  { paging, url }: HttpPullSettings,
  { answer, position, rows }: { answer: PageAnswer; position: HttpPosition; rows: number },
): HttpPosition['next'] {
  switch (paging.kind) {
    case 'none':
      return null
    case 'page':
      return rows === 0 ? null : Number(position.next) + 1
    case 'offset':
      return rows === 0 ? null : Number(position.next) + rows
    case 'cursor': {
      const next = asText(read(answer.body, paging.path)) ?? null
      if (next !== null && next === position.next)
        throw new PullError({ zh: '接口一再返回同一个翻页游标', en: 'The interface keeps answering the same cursor' })
      return next
    }
    case 'nextLink': {
      const link = paging.path === null ? linkNext(answer.link) : (asText(read(answer.body, paging.path)) ?? null)
      if (link === null) return null
      if (!URL.canParse(link, answer.url)) throw new PullError({ zh: '下一页地址无效', en: 'The address of the next page is none' })
      const next = new URL(link, answer.url).href
      if (next === position.next || next === url)
        throw new PullError({ zh: '接口一再返回同一个下一页地址', en: 'The interface keeps answering the same next page' })
      return next
    }
  }
}

/** The target with rel="next" of a Link header (RFC 8288). */
function linkNext(header: string | null): string | null {
  for (const part of header?.split(/,\s*(?=<)/) ?? []) {
    const match = /^<([^>]*)>(.*)$/.exec(part.trim())
    if (match && /;\s*rel="?(?:[^"]*\s)?next(?:\s[^"]*)?"?/i.test(match[2] ?? '')) return match[1] ?? null
  }
  return null
}

/** The furthest value of the items, kept as ISO text for times. */
function furthestOf(since: Since | null, known: string | null, { rows, timezone }: { rows: readonly unknown[]; timezone: string }): string | null {
  if (!since) return null
  let furthest = known
  for (const row of rows) {
    const text = asText(read(row, since.path))
    const value = text === undefined ? null : since.format === 'number' ? text : isoOf(text, timezone)
    if (value !== null && (furthest === null || isFurther(value, furthest, since.format))) furthest = value
  }
  return furthest
}

function isoOf(text: string, timezone: string): string | null {
  const time = timeParser(timezone)(text)
  return time ? new Date(time.ms).toISOString() : null
}

function isFurther(value: string, than: string, format: Since['format']): boolean {
  return format === 'number' ? Number(value) > Number(than) : value > than
}

/** What the since parameter says: where the last run ended, less the overlap, as the interface writes it. */
function sinceText(since: Since | null, cursor: string | null, timezone: string): string | null {
  if (!since) return null
  if (cursor === null) return since.start === '' ? null : since.start
  if (since.format === 'number') return cursor
  const ms = Date.parse(cursor) - since.overlapSeconds * 1000
  if (!Number.isFinite(ms)) return cursor
  switch (since.format) {
    case 'iso':
      return new Date(ms).toISOString()
    case 'seconds':
      return String(Math.floor(ms / 1000))
    case 'milliseconds':
      return String(ms)
    case 'datetime':
      return new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'medium' }).format(ms)
  }
}
