import { DatePicker } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'
import { useState } from 'react'
import type { Segment } from '../../../../../contracts/audience.ts'
import { segmentRoutes, type MoveDirection, type PeopleSet } from '../../../../../contracts/segments.ts'
import { useRead } from '../../../ui/api.ts'
import { Loaded } from '../../../ui/loading.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { useZone } from '../../../ui/session-context.ts'
import { useText } from '../../../ui/text.ts'
import { Count } from '../../../ui/values.tsx'
import { instantOf, localOf } from '../rule/zone-days.ts'
import { SetPeople } from './set-people.tsx'
import '../people.css'

const local = 'YYYY-MM-DDTHH:mm'

/** Who is in the segment at one of two moments and not at the other; every number opens its people. */
export function SegmentMoves({ segment }: { segment: Segment }) {
  const text = useText('segments')
  const zone = useZone()
  // Clocks of the workspace's zone, whatever the browser's is.
  const clock = (): Dayjs => dayjs(localOf(new Date().toISOString(), zone))
  const [[from, to], setSpan] = useState<[Dayjs, Dayjs]>(() => {
    // The minute that is not over is in.
    const now = clock().add(1, 'minute')
    return [now.subtract(7, 'day'), now]
  })
  const [opened, setOpened] = useState<{ of: PeopleSet; title: string } | null>(null)
  const query = { from: instantOf(from.format(local), zone), to: instantOf(to.format(local), zone) }
  const moves = useRead(segmentRoutes.countSegmentMoves, { params: { id: segment.id }, query, keepPrevious: true, enabled: segment.freshness.asOf !== null })
  const ofSegment = { segmentId: segment.id }
  const openMoment = (at: string, shown: Dayjs) =>
    setOpened({ of: { kind: 'moment', at, ...ofSegment }, title: text('set.moment', { name: segment.name, at: shown.format('YYYY-MM-DD HH:mm') }) })
  const openMoved = (direction: MoveDirection) =>
    setOpened({ of: { kind: 'moves', direction, ...ofSegment, ...query }, title: text(`set.${direction}`, { name: segment.name }) })
  const range = (
    <DatePicker.RangePicker
      size="small"
      showTime={{ format: 'HH:mm' }}
      format="YYYY-MM-DD HH:mm"
      allowClear={false}
      aria-label={text('moves.range')}
      value={[from, to]}
      disabledDate={(day) => day.isAfter(clock().endOf('day'))}
      onChange={(span) => span?.[0] && span[1] && setSpan([span[0], span[1]])}
    />
  )
  return (
    <Panel title={text('moves.title')} extra={range}>
      <p className="faint">{text('moves.hint')}</p>
      {segment.freshness.asOf !== null && (
        <Loaded query={moves}>
          {(data) => (
            <div className="stat-row">
              <Stat label={text('moves.before')} value={data.before} onOpen={() => openMoment(query.from, from)} />
              <Stat label={text('moves.entered')} value={data.entered} onOpen={() => openMoved('entered')} />
              <Stat label={text('moves.left')} value={data.left} onOpen={() => openMoved('left')} />
              <Stat label={text('moves.after')} value={data.after} onOpen={() => openMoment(query.to, to)} />
            </div>
          )}
        </Loaded>
      )}
      {opened && <SetPeople {...opened} onClose={() => setOpened(null)} />}
    </Panel>
  )
}

/** A number that opens its people. */
export function Stat({ label, value, onOpen }: { label: string; value: number; onOpen?: () => void }) {
  return (
    <div className="stat">
      <div className="stat-label">{label}</div>
      <div className="stat-value">
        {onOpen && value > 0 ? (
          <button type="button" className="number-button" aria-label={`${label} ${value}`} onClick={onOpen}>
            <Count value={value} />
          </button>
        ) : (
          <Count value={value} />
        )}
      </div>
    </div>
  )
}
