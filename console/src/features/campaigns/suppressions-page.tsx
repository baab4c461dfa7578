import { Button, Form, Input, Modal } from 'antd'
import type { z } from 'zod'
import { deliveryRoutes, type SuppressionEntry } from '../../../../contracts/delivery.ts'
import { useAct, usePages } from '../../ui/api.ts'
import { ConfirmAction } from '../../ui/confirm-action.tsx'
import { DataTable, type Column } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ChoiceFilter, FilterBar, SearchFilter } from '../../ui/filter-bar.tsx'
import { FormError } from '../../ui/form-error.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { PermissionGate } from '../../ui/permission-gate.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useText } from '../../ui/text.ts'
import { useUrlState } from '../../ui/url-state.ts'
import { DateTime, Masked, PersonLink } from '../../ui/values.tsx'

type Entry = z.infer<typeof SuppressionEntry>
const reasons = ['optedOut', 'invalidNumber', 'blacklisted', 'manual'] as const

export function SuppressionsPage() {
  const text = useText('campaigns')
  const [state, setState] = useUrlState('search', 'reason', 'add')
  const pages = usePages(deliveryRoutes.listSuppressions, { query: { search: state.search, reason: state.reason as (typeof reasons)[number] | undefined } })
  const isFiltered = state.search !== undefined || state.reason !== undefined
  return (
    <>
      <PageHeader
        title={text('suppressions.title')}
        lead={text('suppressions.lead')}
        actions={
          <PermissionGate permission="people.write">
            <Button onClick={() => setState({ add: '1' })}>{text('suppressions.add')}</Button>
          </PermissionGate>
        }
      />
      <DataTable
        name="suppressions"
        label={text('suppressions.title')}
        columns={useColumns()}
        pages={pages}
        rowKey={(row) => row.id}
        noun={(count) => text('suppressions.noun', { count })}
        toolbar={
          <FilterBar onClear={isFiltered ? () => setState({ search: undefined, reason: undefined }) : undefined}>
            <SearchFilter value={state.search} onChange={(search) => setState({ search })} placeholder={text('suppressions.search')} />
            <ChoiceFilter
              label={text('suppressions.reason')}
              value={state.reason}
              onChange={(reason) => setState({ reason })}
              options={reasons.map((value) => ({ value, label: text(`suppressions.reasons.${value}`) }))}
            />
          </FilterBar>
        }
        empty={<EmptyState title={text('suppressions.empty')} why={text('suppressions.emptyWhy')} />}
      />
      {state.add !== undefined && <AddSuppression onClose={() => setState({ add: undefined })} />}
    </>
  )
}

function useColumns(): Column<Entry>[] {
  const text = useText('campaigns')
  const may = useMay()
  const remove = useAct(deliveryRoutes.removeSuppression, { done: text('suppressions.removed') })
  const columns: Column<Entry>[] = [
    { key: 'address', title: text('suppressions.address'), fixed: true, render: (row) => <Masked value={row.address} /> },
    { key: 'reason', title: text('suppressions.reason'), render: (row) => text(`suppressions.reasons.${row.reason}`) },
    {
      key: 'person',
      title: text('suppressions.person'),
      render: (row) => (row.personId === null ? <span className="faint">–</span> : <PersonLink personId={row.personId} name={null} />),
    },
    { key: 'source', title: text('suppressions.source'), render: (row) => sourceWords(row.source, text) },
    { key: 'at', title: text('suppressions.at'), render: (row) => <DateTime at={row.at} /> },
  ]
  if (may('people.write'))
    columns.push({
      key: 'remove',
      title: '',
      fixed: true,
      render: (row) =>
        row.reason === 'optedOut' ? null : (
          <ConfirmAction
            size="small"
            type="text"
            danger
            title={text('suppressions.removeTitle', { address: row.address })}
            consequence={text('suppressions.removeConsequence')}
            verb={text('suppressions.remove')}
            onConfirm={() => remove.mutateAsync({ params: { suppressionId: row.id } })}
          >
            {text('suppressions.remove')}
          </ConfirmAction>
        ),
    })
  return columns
}

/** What the product writes itself in words; what somebody noted when adding a number stays as it was written. */
function sourceWords(source: string, text: ReturnType<typeof useText<'campaigns'>>): string {
  const [, known, note] = /^(reply|receipt|console)(?:: (.*))?$/s.exec(source) ?? []
  if (known === undefined) return source
  return [text(`suppressions.sources.${known as 'reply' | 'receipt' | 'console'}`), note].filter(Boolean).join(' · ')
}

function AddSuppression({ onClose }: { onClose: () => void }) {
  const text = useText('campaigns')
  const common = useText('common')
  const [form] = Form.useForm<{ phone: string; note?: string }>()
  const add = useAct(deliveryRoutes.addSuppression, { showsErrorItself: true, done: text('suppressions.added'), onDone: onClose })
  return (
    <Modal
      open
      title={text('suppressions.add')}
      okText={text('suppressions.add')}
      cancelText={common('cancel')}
      onCancel={onClose}
      onOk={form.submit}
      confirmLoading={add.isPending}
    >
      <FormError error={add.error} form={form} />
      <Form form={form} layout="vertical" onFinish={(body) => add.mutate({ body })}>
        <Form.Item name="phone" label={text('suppressions.phone')} rules={[{ required: true, whitespace: true }]}>
          <Input autoFocus inputMode="tel" />
        </Form.Item>
        <Form.Item name="note" label={text('suppressions.note')}>
          <Input maxLength={200} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
