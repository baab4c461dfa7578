import { layerRoutes } from '../../../../contracts/layers.ts'
import { listColumnsMax, peopleRoutes, type ListedPerson } from '../../../../contracts/people.ts'
import { useRead } from '../../ui/api.ts'
import type { Column } from '../../ui/data-table.tsx'
import { LayerMark } from '../../ui/layer-mark.tsx'
import { usePreferences } from '../../ui/preferences.ts'
import { useMay } from '../../ui/session-context.ts'
import { useLocaleText, useText } from '../../ui/text.ts'
import { useAttributeText } from '../../ui/use-attribute-text.ts'
import { Count, DateTime, Masked, Money, PersonLink } from '../../ui/values.tsx'

export const peopleTable = 'people'
/** Attributes that have a column of their own. */
const ownColumns = ['name', 'phone', 'email', 'city', 'gender', 'member_no', 'created_at']
const dash = <span className="faint">–</span>

/** The columns of the list, and which of them the server has to be asked for. */
export function usePeopleColumns(): { columns: Column<ListedPerson>[]; asked: string | undefined } {
  const own = useOwnColumns()
  const added = useAddedColumns()
  const chosen = usePreferences().addedColumns[peopleTable] ?? []
  const asked = chosen.filter((key) => added.some((column) => column.key === key)).slice(0, listColumnsMax)
  // Past what the server answers at a time nothing can be added.
  const offered = asked.length < listColumnsMax ? added : added.filter(({ key }) => asked.includes(key))
  return { columns: [...own, ...offered], asked: asked.length === 0 ? undefined : asked.join(',') }
}

function useOwnColumns(): Column<ListedPerson>[] {
  const text = useText('people')
  const main = useLayerModels().find(({ isMain }) => isMain)
  return [
    { key: 'name', title: text('columns.name'), fixed: true, render: (row) => <PersonLink personId={row.personId} name={row.name} phone={row.phone} /> },
    { key: 'phone', title: text('columns.phone'), render: (row) => <Masked value={row.phone} /> },
    { key: 'memberNo', title: text('columns.memberNo'), render: (row) => (row.memberNo ? <span className="number">{row.memberNo}</span> : dash) },
    { key: 'city', title: text('columns.city'), render: (row) => row.city ?? dash },
    { key: 'gender', title: text('columns.gender'), render: (row) => row.gender ?? dash, hiddenAtFirst: true },
    { key: 'layer', title: main?.name ?? text('columns.layer'), render: (row) => <LayerMark layer={row.layer} /> },
    { key: 'orders', title: text('columns.orders'), align: 'right', render: (row) => <Count value={row.orders} /> },
    { key: 'amount', title: text('columns.amount'), align: 'right', render: (row) => <Money fen={row.amountFen} /> },
    { key: 'lastOrderAt', title: text('columns.lastOrderAt'), render: (row) => <DateTime at={row.lastOrderAt} dateOnly /> },
    { key: 'email', title: text('columns.email'), render: (row) => <Masked value={row.email} />, hiddenAtFirst: true },
    { key: 'createdAt', title: text('columns.createdAt'), render: (row) => <DateTime at={row.createdAt} dateOnly /> },
    { key: 'updatedAt', title: text('columns.updatedAt'), render: (row) => <DateTime at={row.updatedAt} />, hiddenAtFirst: true },
  ]
}

/** Tags, the layers of further models and the other attributes. */
function useAddedColumns(): Column<ListedPerson>[] {
  const text = useText('people')
  const pick = useLocaleText()
  const models = useLayerModels()
  const attributes = useRead(peopleRoutes.listAttributes)
  const attributeText = useAttributeText()
  const [layers, others] = [text('columnGroups.layers'), text('columnGroups.attributes')]
  return [
    {
      key: 'tags',
      title: text('columns.tags'),
      group: text('columnGroups.tags'),
      render: ({ tags }) => (tags.length === 0 ? dash : <span className="listed-tags">{tags.map(tagWord).join(' · ')}</span>),
    },
    ...models
      .filter(({ isMain }) => !isMain)
      .map(({ id, name }): Column<ListedPerson> => ({
        key: `layer:${id}`,
        title: name,
        group: layers,
        render: (row) => <LayerMark layer={row.layers.find(({ modelId }) => modelId === id)} />,
      })),
    ...(attributes.data?.items ?? [])
      .filter(({ key }) => !ownColumns.includes(key))
      .map(({ key, label, type }): Column<ListedPerson> => ({
        key: `attribute:${key}`,
        title: pick(label),
        group: others,
        ...(type === 'number' && { align: 'right' as const }),
        render: (row) => (row.attributes[key] === undefined ? dash : attributeText(key, row.attributes[key])),
      })),
  ]
}

const tagWord = ({ name, value }: ListedPerson['tags'][number]): string => (value === '' ? name : `${name}=${value}`)

/** The layer models, for whoever may see them. */
export function useLayerModels() {
  const may = useMay()
  return useRead(layerRoutes.listLayerModels, { enabled: may('audience.read') }).data?.items ?? []
}
