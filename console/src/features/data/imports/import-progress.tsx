import { Progress } from 'antd'
import { importRoutes, type Import } from '../../../../../contracts/imports.ts'
import { useAct } from '../../../ui/api.ts'
import { ConfirmAction } from '../../../ui/confirm-action.tsx'
import { formatCount, formatSeconds } from '../../../ui/format.ts'
import { peoplePath } from '../../../ui/link.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { StatNumber, StatRow } from '../../../ui/stat-number.tsx'
import { useLocale, useText } from '../../../ui/text.ts'
import { Count } from '../../../ui/values.tsx'

/** Fourth step: rows going in, how fast, how long yet. */
export function ImportProgress({ one }: { one: Import }) {
  const text = useText('data')
  const locale = useLocale()
  const cancel = useAct(importRoutes.cancelImport)
  const percent = Math.min(99, Math.floor((one.bytesRead / Math.max(1, one.bytes)) * 100))
  return (
    <>
      <Panel
        title={one.state === 'cancelling' ? text('imports.cancelling') : text('imports.running')}
        extra={
          <PermissionGate permission="data.import">
            <ConfirmAction
              size="small"
              danger
              disabled={one.state === 'cancelling'}
              title={text('imports.cancelTitle')}
              consequence={text('imports.cancelConsequence')}
              verb={text('imports.cancel')}
              onConfirm={() => cancel.mutateAsync({ params: { id: one.id } })}
            >
              {text('imports.cancel')}
            </ConfirmAction>
          </PermissionGate>
        }
      >
        <Progress percent={percent} status="active" aria-label={text('imports.running')} />
        <p className="faint number" role="status">
          {one.rowsPerSecond !== null && one.rowsPerSecond >= 1 && text('imports.speed', { rows: formatCount(Math.round(one.rowsPerSecond), locale) })}
          {one.secondsLeft !== null && ` · ${text('imports.left', { time: formatSeconds(one.secondsLeft, locale) })}`}
        </p>
      </Panel>
      <ImportNumbers one={one} />
      <p className="faint">{text('imports.mayLeave')}</p>
    </>
  )
}

/** Orders, events and past campaigns are counted by row: whose they are is not counted apart. */
export const tellsPeople = (one: Import): boolean =>
  one.target === 'people' || one.target === 'identities' || one.target === 'tags' || one.peopleNew + one.peopleKnown > 0

/** What became of the rows so far. */
export function ImportNumbers({ one }: { one: Import }) {
  const text = useText('data')
  const opens = (importPart: 'new' | 'known', count: number) => (count > 0 ? peoplePath({ importId: one.id, importPart }) : undefined)
  return (
    <StatRow>
      <StatNumber label={text('imports.rowsRead')} value={<Count value={one.rowsRead} />} />
      <StatNumber label={text('imports.rowsGood')} value={<Count value={one.rowsGood} />} />
      <StatNumber label={text('imports.rowsDuplicate')} value={<Count value={one.rowsDuplicate} />} note={text('imports.rowsDuplicateNote')} />
      {one.rowsSkipped > 0 && (
        <StatNumber label={text('imports.rowsSkipped')} value={<Count value={one.rowsSkipped} />} note={text('imports.rowsSkippedNote')} />
      )}
      <StatNumber label={text('imports.rowsBad')} value={<Count value={one.rowsBad} />} to={one.rowsBad > 0 ? `/data/imports/${one.id}#bad-rows` : undefined} />
      {tellsPeople(one) && (
        <>
          <StatNumber label={text('imports.peopleNew')} value={<Count value={one.peopleNew} />} to={opens('new', one.peopleNew)} />
          <StatNumber label={text('imports.peopleKnown')} value={<Count value={one.peopleKnown} />} to={opens('known', one.peopleKnown)} />
        </>
      )}
    </StatRow>
  )
}
