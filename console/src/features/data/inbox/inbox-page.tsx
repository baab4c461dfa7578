import { Alert } from 'antd'
import { collectRoutes } from '../../../../../contracts/collect.ts'
import { useRead } from '../../../ui/api.ts'
import { formatSeconds } from '../../../ui/format.ts'
import { Loaded } from '../../../ui/loading.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { StatNumber, StatRow } from '../../../ui/stat-number.tsx'
import { useLocale, useText } from '../../../ui/text.ts'
import { Count } from '../../../ui/values.tsx'

/** Whether everything accepted has been taken up. */
export function InboxPage() {
  const text = useText('data')
  const locale = useLocale()
  const inbox = useRead(collectRoutes.readInbox, { refetchSeconds: 3 })
  return (
    <>
      <PageHeader title={text('inbox.title')} lead={text('inbox.lead')} />
      <Loaded query={inbox} skeletonRows={2}>
        {(state) => (
          <>
            <StatRow>
              <StatNumber label={text('inbox.waiting')} value={<Count value={state.waiting} />} note={text('inbox.waitingNote')} />
              <StatNumber
                label={text('inbox.oldest')}
                value={<span className="number">{state.oldestSeconds === null ? '–' : formatSeconds(state.oldestSeconds, locale)}</span>}
                note={text('inbox.oldestNote')}
              />
              <StatNumber label={text('inbox.processed')} value={<Count value={state.processedLastHour} />} note={text('inbox.processedNote')} />
              <StatNumber label={text('inbox.failed')} value={<Count value={state.failed} />} note={text('inbox.failedNote')} />
            </StatRow>
            {state.failed > 0 ? (
              <Alert type="error" showIcon title={text('inbox.failedTitle')} description={text('inbox.failedHelp')} />
            ) : (
              state.waiting === 0 && <Alert type="success" showIcon title={text('inbox.allDone')} />
            )}
          </>
        )}
      </Loaded>
    </>
  )
}
