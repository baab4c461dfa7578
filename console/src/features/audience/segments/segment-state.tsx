import type { Segment, SegmentState } from '../../../../../contracts/audience.ts'
import { formatCount } from '../../../ui/format.ts'
import { useLocale, useLocaleText, useText } from '../../../ui/text.ts'
import { StateTag, type StateTone } from '../../../ui/values.tsx'

const tones: Record<SegmentState, StateTone['tone']> = {
  never: 'neutral',
  fresh: 'good',
  stale: 'warn',
  paused: 'warn',
  broken: 'bad',
  costly: 'bad',
  static: 'neutral',
}

/** How what is shown of a segment stands to the data. */
export function SegmentStateTag({ segment }: { segment: Segment }) {
  const text = useText('segments')
  const { state } = segment.freshness
  return <StateTag tone={tones[state]} text={text(`state.${state}`)} />
}

/** What the last reading of its conditions cost. */
export function SegmentCost({ segment }: { segment: Segment }) {
  const text = useText('segments')
  const locale = useLocale()
  const { tookMs, rowsRead } = segment.freshness
  const parts = [
    tookMs !== null && text('people.ms', { ms: formatCount(Math.round(tookMs), locale) }),
    rowsRead !== null && text('people.rows', { rows: formatCount(rowsRead, locale) }),
  ]
  return <>{parts.filter(Boolean).join(' · ') || '–'}</>
}

/** What is wrong and what to do about it; nothing for a segment that is as it should be. */
export function useStateReason(segment: Segment): string | null {
  const text = useText('segments')
  const pick = useLocaleText()
  const { state, problem } = segment.freshness
  if (state === 'fresh' || state === 'static') return null
  if (problem === null) return text(`why.${state}`)
  return `${text(`why.${state}`)} ${pick(problem)} ${problem.node === null ? '' : text('why.at', { at: pick(problem.node) })}`.trim()
}
