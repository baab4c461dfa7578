import { Button, Drawer } from 'antd'
import { useState } from 'react'
import type { PersonRow } from '../../../../../contracts/people.ts'
import { segmentRoutes, type PeopleSet } from '../../../../../contracts/segments.ts'
import { usePages } from '../../../ui/api.ts'
import { DataTable, type Column } from '../../../ui/data-table.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Link } from '../../../ui/link.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { DateTime, Masked, Money } from '../../../ui/values.tsx'
import { KeepAsSegment } from './keep-as-segment.tsx'

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
        columns={useColumns()}
        pages={pages}
        rowKey={(row) => row.personId}
        noun={audience('count.people')}
        empty={<EmptyState title={text('set.none')} why={text('set.noneWhy')} />}
      />
      {isKeeping && <KeepAsSegment of={of} name={title} onClose={() => setKeeping(false)} />}
    </Drawer>
  )
}

function useColumns(): Column<PersonRow>[] {
  const text = useText('audience')
  const common = useText('common')
  const pick = useLocaleText()
  const dash = <span className="faint">–</span>
  return [
    {
      key: 'name',
      title: text('people.name'),
      fixed: true,
      render: (row) => (
        <Link to={`/people/${row.personId}`} target="_blank">
          {row.name ?? common('person', { personId: row.personId })}
        </Link>
      ),
    },
    { key: 'phone', title: text('people.phone'), render: (row) => <Masked value={row.phone} /> },
    { key: 'city', title: text('people.city'), render: (row) => row.city ?? dash },
    { key: 'layer', title: text('people.layer'), render: (row) => (row.layer ? pick(row.layer) : dash) },
    { key: 'amount', title: text('people.amount'), align: 'right', render: (row) => <Money fen={row.amountFen} /> },
    { key: 'lastOrderAt', title: text('people.lastOrderAt'), render: (row) => <DateTime at={row.lastOrderAt} dateOnly /> },
  ]
}
