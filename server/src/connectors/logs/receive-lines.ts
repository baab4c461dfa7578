import type { AccessLogSettings } from '../../../../contracts/connector-settings.ts'
import type { Platform } from '../../platform/platform.ts'
import type { HookRequest } from '../auth/hook-request.ts'
import { noteOutcome, type ConnectorRow } from '../connector-row.ts'
import { MappingProblem } from '../mapping/mapping-problem.ts'
import { parseJson } from '../mapping/read-body.ts'
import { mappingContext } from '../webhooks/map-request.ts'
import { takeRequest } from '../webhooks/rate-limit.ts'
import { takeItems } from '../webhooks/take-items.ts'
import { PageViews } from './page-view.ts'

/**
 * Takes lines that a log shipper posts: text with one line each, or a JSON list of objects that are lines or hold one as `message` or `log`.
 * Lines are not kept: what they say goes into the inbox before this resolves.
 */
export async function receiveLines(
  platform: Platform,
  row: ConnectorRow,
  settings: AccessLogSettings,
  request: HookRequest,
): Promise<{ acknowledgement: string }> {
  await takeRequest(platform, row, settings.perMinuteMax)
  const receivedAt = platform.clock.now()
  const vault = await platform.vaults.of(row.workspaceId)
  const views = new PageViews({ settings, vault, context: await mappingContext(platform, row, receivedAt) })
  const items = linesOf(request.body).flatMap((line) => views.read(line) ?? [])
  const { lines, skipped, unreadable } = views.counts
  await platform.db.transaction().execute(async (tx) => {
    await takeItems(tx, platform, { origin: { ...row, receivedAt }, items })
    await noteOutcome(tx, row, { at: receivedAt, items: items.length, error: lines > 0 && unreadable === lines ? unreadableLines : null })
  })
  return { acknowledgement: JSON.stringify({ success: true, lines, taken: items.length, skipped, unreadable }) }
}

export const unreadableLines = { zh: '没有一行符合所选的日志格式', en: 'No line has the chosen format' }

/** The lines of a body, whatever the shipper wraps them in. */
export function linesOf(body: Buffer): string[] {
  const text = body.toString('utf8')
  if (!text.trimStart().startsWith('[{')) return text.split(/\r?\n/).map(unwrapped)
  try {
    const list = parseJson(text)
    return Array.isArray(list) ? list.map((each) => unwrapped(JSON.stringify(each))) : []
  } catch (error) {
    if (!(error instanceof MappingProblem)) throw error
    return text.split(/\r?\n/)
  }
}

/** A shipper's envelope around a line. */
function unwrapped(line: string): string {
  if (!line.startsWith('{') || !/"(?:message|log)"\s*:/.test(line)) return line
  try {
    const { message, log } = JSON.parse(line) as { message?: unknown; log?: unknown }
    return typeof message === 'string' ? message : typeof log === 'string' ? log.trimEnd() : line
  } catch {
    return line
  }
}
