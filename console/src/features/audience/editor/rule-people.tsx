import { Drawer } from 'antd'
import { peopleRoutes } from '../../../../../contracts/people.ts'
import type { Rule } from '../../../../../contracts/rule.ts'
import { usePages } from '../../../ui/api.ts'
import { DataTable } from '../../../ui/data-table.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { useText } from '../../../ui/text.ts'
import { usePeopleColumns } from '../people-columns.tsx'
import '../people.css'

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
      columns={usePeopleColumns()}
      pages={pages}
      rowKey={(row) => row.personId}
      noun={(count) => text('count.people', { count })}
      empty={<EmptyState title={text('people.none')} why={text('people.noneWhy')} />}
    />
  )
}
