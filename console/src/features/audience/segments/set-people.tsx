import { Button, Drawer } from 'antd'
import { useState } from 'react'
import { segmentRoutes, type PeopleSet } from '../../../../../contracts/segments.ts'
import { usePages } from '../../../ui/api.ts'
import { DataTable } from '../../../ui/data-table.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useText } from '../../../ui/text.ts'
import { usePeopleColumns } from '../people-columns.tsx'
import { KeepAsSegment } from '../../../ui/keep-as-segment.tsx'
import '../people.css'

interface SetPeopleProps {
  of: PeopleSet
  title: string
  onClose: () => void
}

/** The people behind a number: who moved, who is in an intersection; and a way to keep them. */
export function SetPeople({ of, title, onClose }: SetPeopleProps) {
  const text = useText('segments')
  const audience = useText('audience')
  const [isKeeping, setKeeping] = useState(false)
  const pages = usePages(segmentRoutes.listSetPeople, { body: { of, limit: 50 } })
  const keep = (
    <PermissionGate permission="audience.write">
      <Button onClick={() => setKeeping(true)}>{text('set.save')}</Button>
    </PermissionGate>
  )
  return (
    <Drawer open size={720} title={title} onClose={onClose} destroyOnHidden extra={keep} classNames={{ body: 'rule-people' }}>
      <DataTable
        name="set-people"
        label={title}
        columns={usePeopleColumns()}
        pages={pages}
        rowKey={(row) => row.personId}
        noun={(count) => audience('count.people', { count })}
        empty={<EmptyState title={text('set.none')} why={text('set.noneWhy')} />}
      />
      {isKeeping && <KeepAsSegment of={of} name={title} onClose={() => setKeeping(false)} />}
    </Drawer>
  )
}
