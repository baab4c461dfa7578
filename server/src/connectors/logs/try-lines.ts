import type { AccessLogSettings } from '../../../../contracts/connector-settings.ts'
import type { TryAnswer } from '../../../../contracts/connector-trials.ts'
import type { Context } from '../../access/index.ts'
import type { MappingContext } from '../mapping/apply-mapping.ts'
import { linesOf } from './receive-lines.ts'
import { PageViews } from './page-view.ts'
import { previewHits } from '../preview-hits.ts'
import { shownItem } from '../webhooks/shown-item.ts'

const linesMax = 1_000
const itemsMax = 50

/** What lines of an access log would become; nothing is stored. */
export async function tryLines(ctx: Context, settings: AccessLogSettings, { text, context }: { text: string; context: MappingContext }): Promise<TryAnswer> {
  const vault = await ctx.platform.vaults.of(ctx.workspaceId)
  const views = new PageViews({ settings, vault, context })
  const items = linesOf(Buffer.from(text))
    .slice(0, linesMax)
    .flatMap((line) => views.read(line) ?? [])
  const shown = items.slice(0, itemsMax)
  const { lines, skipped, unreadable } = views.counts
  const problem = { at: 'settings.format', zh: `${unreadable} 行不符合所选的日志格式`, en: `${unreadable} lines do not have the chosen format` }
  return {
    authentication: { ok: true, given: null, computed: null, signedText: null, reason: null },
    messages: lines,
    unmatched: skipped,
    values: [],
    items: shown.map((item) => shownItem(item, { masked: false })),
    hits: await previewHits(ctx, shown),
    problems: unreadable > 0 ? [problem] : [],
    acknowledgement: '{"success":true}',
  }
}
