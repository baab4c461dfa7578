import { Button } from 'antd'
import { useState } from 'react'
import type { z } from 'zod'
import { accessRoutes, type ApiKey } from '../../../../../contracts/access.ts'
import { useAct, usePages } from '../../../ui/api.ts'
import { ConfirmAction } from '../../../ui/confirm-action.tsx'
import { DataTable, type Column } from '../../../ui/data-table.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { useText } from '../../../ui/text.ts'
import { Ago, DateTime, StateTag } from '../../../ui/values.tsx'
import { permissionKey } from '../members/role-matrix.tsx'
import '../settings.css'
import { CreateApiKey } from './create-api-key.tsx'
import { SecretShown } from './secret-shown.tsx'

type Row = z.infer<typeof ApiKey>

/** Keys for programs; each may only what it was given. */
export function ApiKeysPage() {
  const text = useText('settings')
  const [creating, setCreating] = useState(false)
  const [secret, setSecret] = useState<{ name: string; secret: string }>()
  const pages = usePages(accessRoutes.listApiKeys)
  const columns = useColumns()
  const create = (
    <Button type="primary" onClick={() => setCreating(true)}>
      {text('apiKeys.create')}
    </Button>
  )
  return (
    <>
      <PageHeader title={text('apiKeys.title')} lead={<ApiLead />} actions={create} />
      <DataTable
        name="api-keys"
        label={text('apiKeys.title')}
        columns={columns}
        pages={pages}
        rowKey={(row) => row.id}
        noun={(count) => text('apiKeys.noun', { count })}
        empty={<EmptyState title={text('apiKeys.empty')} why={text('apiKeys.emptyWhy')} action={create} />}
      />
      {creating && (
        <CreateApiKey
          onClose={() => setCreating(false)}
          onCreated={(made) => {
            setCreating(false)
            setSecret(made)
          }}
        />
      )}
      {secret && <SecretShown {...secret} onClose={() => setSecret(undefined)} />}
    </>
  )
}

function ApiLead() {
  const text = useText('settings')
  return (
    <>
      {text('apiKeys.lead')}{' '}
      <a href="/api/docs" target="_blank" rel="noreferrer">
        {text('apiKeys.docs')}
      </a>
    </>
  )
}

function useColumns(): Column<Row>[] {
  const text = useText('settings')
  const revoke = useAct(accessRoutes.revokeApiKey, { done: text('apiKeys.revoked') })
  return [
    { key: 'name', title: text('apiKeys.name'), fixed: true, render: (row) => <b>{row.name}</b> },
    { key: 'prefix', title: text('apiKeys.prefix'), render: (row) => <code>{row.prefix}…</code> },
    {
      key: 'state',
      title: text('apiKeys.state'),
      render: (row) => (
        <StateTag tone={row.revokedAt === null ? 'good' : 'neutral'} text={row.revokedAt === null ? text('apiKeys.valid') : text('apiKeys.revokedState')} />
      ),
    },
    {
      key: 'permissions',
      title: text('apiKeys.permissions'),
      render: (row) => <span className="wrapping">{row.permissions.map((permission) => text(`permissions.${permissionKey(permission)}`)).join(' · ')}</span>,
    },
    { key: 'used', title: text('apiKeys.lastUsedAt'), render: (row) => <Ago at={row.lastUsedAt} /> },
    { key: 'created', title: text('apiKeys.createdAt'), render: (row) => <DateTime at={row.createdAt} /> },
    {
      key: 'revoke',
      title: '',
      fixed: true,
      align: 'right',
      render: (row) =>
        row.revokedAt === null ? (
          <ConfirmAction
            size="small"
            type="text"
            danger
            title={text('apiKeys.revokeTitle', { name: row.name })}
            consequence={text('apiKeys.revokeConsequence')}
            verb={text('apiKeys.revoke')}
            onConfirm={() => revoke.mutateAsync({ params: { id: row.id } })}
          >
            {text('apiKeys.revoke')}
          </ConfirmAction>
        ) : null,
    },
  ]
}
