import { Button, Collapse, Drawer } from 'antd'
import { useState } from 'react'
import { collectRoutes } from '../../../../../contracts/collect.ts'
import type { Quarantined, QuarantineGroup } from '../../../../../contracts/quarantine.ts'
import { usePages, useRead } from '../../../ui/api.ts'
import { ErrorView } from '../../../ui/error-view.tsx'
import { Loaded, PageSkeleton } from '../../../ui/loading.tsx'
import { Facts } from '../../../ui/panel.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { Ago, Count, DateTime, EventName } from '../../../ui/values.tsx'
import { Payload } from '../debugger/payload.tsx'
import { useQuarantineActs } from './use-quarantine-acts.ts'

/** One kind of problem with everything that has it. */
export function QuarantineDrawer({ group, onClose }: { group: QuarantineGroup; onClose: () => void }) {
  const text = useText('data')
  const common = useText('common')
  const pick = useLocaleText()
  const [opened, setOpened] = useState<string>()
  const pages = usePages(collectRoutes.listQuarantine, { query: { group: group.group } })
  const { retry, isRetrying, askDiscard } = useQuarantineActs()
  return (
    <Drawer
      open
      size={680}
      title={text('quarantine.items')}
      onClose={onClose}
      extra={
        <PermissionGate permission="data.manage">
          <div className="messages-bar">
            <Button danger onClick={() => askDiscard({ group: group.group }, group.count)}>
              {text('quarantine.discard')}
            </Button>
            <Button type="primary" loading={isRetrying} onClick={() => void retry({ group: group.group }).catch(() => undefined)}>
              {text('quarantine.retry')}
            </Button>
          </div>
        </PermissionGate>
      }
    >
      <Facts
        rows={[
          [text('quarantine.problem'), pick(group.problem)],
          [text('quarantine.at'), <code key="at">{group.problem.at || '–'}</code>],
          [text('quarantine.event'), group.event === null ? '–' : <EventName key="event" name={group.event} />],
          [text('quarantine.count'), <Count key="count" value={group.count} />],
          [text('quarantine.lastAt'), <Ago key="last" at={group.lastAt} />],
        ]}
      />
      {pages.isLoading ? (
        <PageSkeleton />
      ) : pages.error && pages.rows.length === 0 ? (
        <ErrorView error={pages.error} retry={pages.retry} />
      ) : (
        <Collapse
          size="small"
          className="quarantine-more"
          activeKey={opened === undefined ? [] : [opened]}
          onChange={(keys) => setOpened(keys.at(-1))}
          items={pages.rows.map((row) => ({ key: row.id, label: <ItemLabel row={row} />, children: opened === row.id && <Item row={row} /> }))}
        />
      )}
      {pages.hasMore && (
        <Button className="quarantine-more" loading={pages.isLoadingMore} onClick={pages.loadMore}>
          {common('table.more')}
        </Button>
      )}
    </Drawer>
  )
}

function ItemLabel({ row }: { row: Quarantined }) {
  return (
    <span className="messages-bar">
      <DateTime at={row.receivedAt} />
      {row.event !== null && <EventName name={row.event} />}
      {row.source !== null && <span className="faint">{row.source}</span>}
      {row.items > 1 && <Count value={row.items} />}
    </span>
  )
}

function Item({ row }: { row: Quarantined }) {
  const text = useText('data')
  const one = useRead(collectRoutes.readQuarantined, { params: { id: row.id } })
  const { retry, isRetrying, askDiscard } = useQuarantineActs()
  return (
    <Loaded query={one} skeletonRows={3}>
      {({ payload }) => (
        <>
          {payload === null ? <p className="faint">{text('quarantine.unreadable')}</p> : <Payload value={payload} />}
          <PermissionGate permission="data.manage">
            <div className="messages-bar quarantine-more">
              <Button size="small" loading={isRetrying} onClick={() => void retry({ ids: [row.id] }).catch(() => undefined)}>
                {text('quarantine.retry')}
              </Button>
              <Button size="small" danger onClick={() => askDiscard({ ids: [row.id] }, row.items)}>
                {text('quarantine.discard')}
              </Button>
            </div>
          </PermissionGate>
        </>
      )}
    </Loaded>
  )
}
