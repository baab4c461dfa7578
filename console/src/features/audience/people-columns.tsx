import type { PersonRow } from '../../../../contracts/people.ts'
import type { Column } from '../../ui/data-table.tsx'
import { LayerMark } from '../../ui/layer-mark.tsx'
import { Link } from '../../ui/link.tsx'
import { useText } from '../../ui/text.ts'
import { DateTime, Masked, Money } from '../../ui/values.tsx'

/** What a drawer of people says of each; a person opens in a tab of its own, so that the page behind stays. */
export function usePeopleColumns(): Column<PersonRow>[] {
  const text = useText('audience')
  const common = useText('common')
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
    { key: 'layer', title: text('people.layer'), render: (row) => <LayerMark layer={row.layer} /> },
    { key: 'amount', title: text('people.amount'), align: 'right', render: (row) => <Money fen={row.amountFen} /> },
    { key: 'lastOrderAt', title: text('people.lastOrderAt'), render: (row) => <DateTime at={row.lastOrderAt} dateOnly /> },
  ]
}
