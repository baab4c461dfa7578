import { DeleteOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { lookalikeRoutes, type Lookalike } from '../../../../../contracts/lookalike.ts'
import { useAct, usePages } from '../../../ui/api.ts'
import { ConfirmAction } from '../../../ui/confirm-action.tsx'
import { DataTable, type Column } from '../../../ui/data-table.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Link } from '../../../ui/link.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useMay } from '../../../ui/session-context.ts'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { useUrlState } from '../../../ui/url-state.ts'
import { Ago } from '../../../ui/values.tsx'
import { CompareLookalikes } from './compare-lookalikes.tsx'
import { isOpen, LookalikeStateTag } from './lookalike-state.tsx'
import { expectedAt, qualityOf } from './quality.ts'
import { StartLookalike } from './start-lookalike.tsx'
import './lookalike.css'

const whileOpenSeconds = 2
const driversShown = 3
const comparedMin = 2

/** All models, how good each is, and two or more beside each other. `?seed=` begins a new one. */
export function LookalikesPage() {
  const text = useText('lookalike')
  const [{ seed }, setPlace] = useUrlState('seed')
  const [isStarting, setStarting] = useState(false)
  const [chosen, setChosen] = useState<string[]>([])
  const [waits, setWaits] = useState(false)
  const pages = usePages(lookalikeRoutes.listLookalikes, { refetchSeconds: waits && whileOpenSeconds })
  const anyOpen = pages.rows.some(isOpen)
  if (anyOpen !== waits) setWaits(anyOpen)
  const compared = pages.rows.filter(({ id, result }) => chosen.includes(id) && result !== null)
  const create = (
    <PermissionGate permission="audience.write">
      <Button type="primary" onClick={() => setStarting(true)}>
        {text('new')}
      </Button>
    </PermissionGate>
  )
  return (
    <>
      <PageHeader title={text('title')} lead={text('lead')} actions={create} />
      {compared.length >= comparedMin && <CompareLookalikes models={compared} />}
      <DataTable
        name="lookalikes"
        label={text('title')}
        columns={useColumns()}
        pages={pages}
        rowKey={(row) => row.id}
        rowTo={(row) => `/lookalikes/${row.id}`}
        noun={(count) => text('noun', { count })}
        toolbar={pages.rows.length >= comparedMin ? <span className="faint">{text('compare.choose')}</span> : undefined}
        selection={
          pages.rows.length >= comparedMin
            ? {
                keys: chosen,
                onChange: (keys) => setChosen(keys.map(String)),
                nameOf: ({ name }) => text('compare.select', { name }),
                allLabel: text('compare.all'),
              }
            : undefined
        }
        empty={<EmptyState title={text('empty')} why={text('emptyWhy')} action={create} />}
      />
      {(isStarting || seed !== undefined) && (
        <StartLookalike
          seedSegmentId={seed}
          onClose={() => {
            setStarting(false)
            if (seed !== undefined) setPlace({ seed: undefined })
          }}
        />
      )}
    </>
  )
}

function useColumns(): Column<Lookalike>[] {
  const text = useText('lookalike')
  const audience = useText('audience')
  const pick = useLocaleText()
  const mayWrite = useMay()('audience.write')
  const dash = <span className="faint">–</span>
  const columns: Column<Lookalike>[] = [
    { key: 'name', title: text('columns.name'), fixed: true, render: (row) => <Link to={`/lookalikes/${row.id}`}>{row.name}</Link> },
    {
      key: 'seed',
      title: text('columns.seed'),
      render: ({ seed }) =>
        seed.segmentId === null ? <span className="faint">{seed.name}</span> : <Link to={`/segments/${seed.segmentId}/people`}>{seed.name}</Link>,
    },
    { key: 'state', title: text('columns.state'), render: (row) => <LookalikeStateTag model={row} /> },
    {
      key: 'quality',
      title: text('columns.quality'),
      render: ({ result }) =>
        result ? (
          <>
            {text(`quality.${qualityOf(result)}`)} <span className="faint number">{result.auc.toFixed(2)}</span>
          </>
        ) : (
          dash
        ),
    },
    {
      key: 'lift',
      title: text('columns.lift'),
      align: 'right',
      render: ({ result }) => (result && result.curve.length > 0 ? <span className="number">{liftAtShare(result.curve, 0.05).toFixed(1)}×</span> : dash),
    },
    {
      key: 'drivers',
      title: text('columns.drivers'),
      render: ({ result }) =>
        result ? (
          <span className="lookalike-main">
            {result.drivers
              .slice(0, driversShown)
              .map(({ label }) => pick(label))
              .join(' · ')}
          </span>
        ) : (
          dash
        ),
    },
    { key: 'createdAt', title: text('columns.createdAt'), render: (row) => <Ago at={row.createdAt} /> },
    { key: 'createdBy', title: text('columns.createdBy'), hiddenAtFirst: true, render: (row) => row.createdBy ?? dash },
  ]
  return mayWrite ? [...columns, { key: 'actions', title: audience('list.actions'), fixed: true, render: (row) => <RemoveLookalike model={row} /> }] : columns
}

function liftAtShare(curve: NonNullable<Lookalike['result']>['curve'], share: number): number {
  return expectedAt(curve, share * curve.at(-1)!.size).lift
}

function RemoveLookalike({ model }: { model: Lookalike }) {
  const text = useText('lookalike')
  const remove = useAct(lookalikeRoutes.deleteLookalike)
  return (
    <ConfirmAction
      title={text('remove.title', { name: model.name })}
      consequence={text('remove.consequence')}
      verb={text('remove.verb')}
      danger
      type="text"
      size="small"
      icon={<DeleteOutlined />}
      aria-label={text('remove.named', { name: model.name })}
      onConfirm={() => remove.mutateAsync({ params: { id: model.id } })}
    />
  )
}
