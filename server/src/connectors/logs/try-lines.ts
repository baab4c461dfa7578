import type { AccessLogSettings } from '../../../../contracts/connector-settings.ts'
import type { TryAnswer } from '../../../../contracts/connectors.ts'
import type { MappingContext } from '../mapping/apply-mapping.ts'
import { linesOf } from './receive-lines.ts'
import { PageViews } from './page-view.ts'
import { shownItem } from '../webhooks/shown-item.ts'
import type { Vault } from '../../platform/vault/vaults.ts'

const linesMax = 1_000

/** What lines of an access log would become; nothing is stored. */
export function tryLines(settings: AccessLogSettings, text: string, { context, vault }: { context: MappingContext; vault: Vault }): TryAnswer {
  const views = new PageViews({ settings, vault, context })
  const items = linesOf(Buffer.from(text))
    .slice(0, linesMax)
    .flatMap((line) => views.read(line) ?? [])
  const { lines, skipped, unreadable } = views.counts
  const problem = { at: 'settings.format', zh: `${unreadable} 行不符合所选的日志格式`, en: `${unreadable} lines do not have the chosen format` }
  return {
    authentication: { ok: true, given: null, computed: null, signedText: null, reason: null },
    messages: lines,
    unmatched: skipped,
    values: [],
    items: items.slice(0, 50).map(shownItem),
    problems: unreadable > 0 ? [problem] : [],
    acknowledgement: '{"success":true}',
  }
}
