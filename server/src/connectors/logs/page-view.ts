import type { AccessLogSettings } from '../../../../contracts/connector-settings.ts'
import { cleanText } from '../../people/index.ts'
import { stableUuid } from '../../platform/stable-uuid.ts'
import type { Vault } from '../../platform/vault/vaults.ts'
import type { MappedItem, MappingContext } from '../mapping/apply-mapping.ts'
import { isBot } from './bots.ts'
import { parseLine, type LogLine } from './parse-line.ts'

/** The event that a line of an access log becomes. */
export const pageView = 'Page Viewed'

export interface LogCounts {
  lines: number
  /** Bots, files, errors, and visits of nobody known. */
  skipped: number
  unreadable: number
}

interface Reading {
  settings: AccessLogSettings
  context: MappingContext
  vault: Vault
}

const textMax = 2_000
const earliestMs = Date.UTC(2000, 0, 1)

/** Turns lines of an access log into page views, one after the other. The same line twice in a second is two visits; the same file twice is the same visits. */
export class PageViews {
  readonly counts: LogCounts = { lines: 0, skipped: 0, unreadable: 0 }
  readonly #reading: Reading
  readonly #extensions: ReadonlySet<string>
  /** How often each line came in the second in hand. */
  readonly #seen = new Map<string, number>()
  #second = -1

  constructor(reading: Reading) {
    this.#reading = reading
    this.#extensions = new Set(reading.settings.skipExtensions.map((extension) => extension.toLowerCase()))
  }

  /** The page view of a line; null when it is none. */
  read(text: string): MappedItem | null {
    if (text.trim() === '') return null
    const { settings, context } = this.#reading
    this.counts.lines += 1
    const line = parseLine(text, settings, context.timezone)
    if (!line || line.timeMs < earliestMs) {
      this.counts.unreadable += 1
      return null
    }
    const address = addressOf(line, settings.site)
    const identities = address && this.#isPage(line, address) ? this.#identities(line, address) : []
    if (!address || identities.length === 0) {
      this.counts.skipped += 1
      return null
    }
    const timeMs = Math.min(line.timeMs, context.receivedAtMs)
    const key = stableUuid(context.connectorId, 'line', text, this.#occurrence(text, line.timeMs))
    const item = { type: 'track' as const, identities, timeMs, key, event: pageView, properties: this.#properties(line, address) }
    return { item, rule: pageView, keyText: null, version: null }
  }

  #occurrence(text: string, timeMs: number): number {
    const second = Math.floor(timeMs / 1000)
    if (second !== this.#second) this.#seen.clear()
    this.#second = second
    const count = this.#seen.get(text) ?? 0
    this.#seen.set(text, count + 1)
    return count
  }

  #isPage(line: LogLine, { pathname }: URL): boolean {
    const { settings } = this.#reading
    if (line.method !== 'GET' || (line.status !== 304 && (line.status < 200 || line.status > 299))) return false
    if (settings.skipBots && isBot(line.userAgent)) return false
    if (settings.skipPaths.some((start) => pathname.startsWith(start))) return false
    const extension = /\.([A-Za-z0-9]{1,12})$/.exec(pathname)?.[1]?.toLowerCase()
    return extension === undefined || !this.#extensions.has(extension)
  }

  #identities(line: LogLine, address: URL): [string, string][] {
    const { settings, context } = this.#reading
    const cookies = readCookies(line.fields['http_cookie'] ?? line.fields['cookie'] ?? '')
    return settings.identities.flatMap(({ place, name, namespace }) => {
      const given = place === 'cookie' ? cookies[name] : place === 'query' ? address.searchParams.get(name) : line.fields[name]
      if (!given) return []
      const value = context.namespaces.normalise(namespace, given)
      return typeof value === 'string' ? [[namespace, value] as [string, string]] : []
    })
  }

  #properties(line: LogLine, address: URL): Record<string, unknown> {
    const { settings, vault } = this.#reading
    // What says who somebody is does not go on standing in an address.
    for (const { place, name } of settings.identities) if (place === 'query') address.searchParams.delete(name)
    const kept = (text: string) => cleanText(text).slice(0, textMax)
    const properties: Record<string, unknown> = {
      url: kept(address.host === nowhere ? address.pathname + address.search : address.href),
      path: kept(address.pathname),
    }
    for (const name of ['utm_source', 'utm_medium', 'utm_campaign']) {
      const value = address.searchParams.get(name)
      if (value) properties[name] = kept(value)
    }
    if (line.referrer) properties['referrer'] = kept(line.referrer)
    if (line.userAgent) properties['user_agent'] = kept(line.userAgent)
    if (settings.address === 'keep') properties['ip'] = line.address
    if (settings.address === 'hash') properties['ip_hash'] = vault.blindIndex('ip', line.address)
    return properties
  }
}

const nowhere = 'nowhere.invalid'

function addressOf({ target, host }: LogLine, site: string): URL | null {
  const base = site !== '' ? site : host !== '' && /^[\w.-]+(:\d+)?$/.test(host) ? `https://${host}` : `https://${nowhere}`
  return URL.canParse(target, base) ? new URL(target, base) : null
}

function readCookies(header: string): Record<string, string> {
  const cookies: Record<string, string> = {}
  for (const part of header.split(';')) {
    const equals = part.indexOf('=')
    if (equals < 1) continue
    const value = part.slice(equals + 1).trim()
    cookies[part.slice(0, equals).trim()] = /%[\dA-Fa-f]{2}/.test(value) ? decoded(value) : value
  }
  return cookies
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
