import { Drawer } from 'antd'
import { peopleRoutes, type PersonRow } from '../../../../../contracts/people.ts'
import type { Rule } from '../../../../../contracts/rule.ts'
import { usePages } from '../../../ui/api.ts'
import { DataTable, type Column } from '../../../ui/data-table.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Link } from '../../../ui/link.tsx'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { DateTime, Masked, Money } from '../../../ui/values.tsx'

/** The people of a rule that is not saved; a person opens in a tab of its own, so that the rule stays. */
export function RulePeople({ rule, onClose }: { rule: Rule; onClose: () => void }) {
  const text = useText('audience')
  return (
    <Drawer open size={720} title={text('people.title')} onClose={onClose} destroyOnHidden classNames={{ body: 'rule-people' }}>
      <p className="faint">{text('people.lead')}</p>
      <People rule={rule} />
    </Drawer>
  )
}

function People({ rule }: { rule: Rule }) {
  const text = useText('audience')
  const pages = usePages(peopleRoutes.searchPeople, { body: { rule, limit: 50 } })
  return (
    <DataTable
      name="rule-people"
      label={text('people.title')}
      columns={useColumns()}
      pages={pages}
      rowKey={(row) => row.personId}
      noun={text('count.people')}
      empty={<EmptyState title={text('people.none')} why={text('people.noneWhy')} />}
    />
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
