import { segmentRoutes } from '../../../../../contracts/segments.ts'
import { useRead } from '../../../ui/api.ts'
import { formatCount } from '../../../ui/format.ts'
import { useLocale, useText } from '../../../ui/text.ts'
import { Ago } from '../../../ui/values.tsx'

const stateNames = ['fresh', 'stale', 'paused', 'broken', 'static'] as const

/** One line: what the background last did for all segments, and when it goes on. */
export function RefreshStatus() {
  const text = useText('segments')
  const locale = useLocale()
  const { data } = useRead(segmentRoutes.readSegmentRefresh, { refetchSeconds: 15 })
  if (!data) return null
  const { mode, peopleChanged } = data
  // What there is none of need not be read.
  const states = stateNames.flatMap((state) => (data.states[state] === 0 ? [] : text(`refresh.states.${state}`, { count: data.states[state] })))
  if (!data.running && data.finishedAt === null && states.length === 0) return null
  return (
    <p className="faint refresh-status">
      {data.running && `${text('refresh.running')} · `}
      {data.finishedAt === null ? (
        text('refresh.never')
      ) : (
        <>
          {text('refresh.last')} <Ago at={data.finishedAt} />
        </>
      )}
      {mode && ` · ${text(`refresh.mode.${mode}`, { count: formatCount(peopleChanged ?? 0, locale) })}`}
      {data.tookMs !== null && ` · ${text('refresh.took', { seconds: (data.tookMs / 1000).toFixed(1), count: data.segments })}`}
      {data.rowsRead !== null && ` · ${text('refresh.rows', { rows: formatCount(data.rowsRead, locale) })}`}
      {states.map((state) => ` · ${state}`)}
    </p>
  )
}
