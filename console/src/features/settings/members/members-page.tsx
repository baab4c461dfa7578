import { Button, Select } from 'antd'
import type { z } from 'zod'
import { accessRoutes, type Member } from '../../../../../contracts/access.ts'
import { roleLabels, roleNames, type Role } from '../../../../../contracts/permissions.ts'
import { useAct, usePages } from '../../../ui/api.ts'
import { ConfirmAction } from '../../../ui/confirm-action.tsx'
import { DataTable, type Column } from '../../../ui/data-table.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useMay, useSession } from '../../../ui/session-context.ts'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { useUrlState } from '../../../ui/url-state.ts'
import { Ago, DateTime } from '../../../ui/values.tsx'
import '../settings.css'
import { AddMember } from './add-member.tsx'
import { RoleMatrix } from './role-matrix.tsx'

type Row = z.infer<typeof Member>

/** Who works here, in which role, and what each role may do. */
export function MembersPage() {
  const text = useText('settings')
  const [state, setState] = useUrlState('add')
  const pages = usePages(accessRoutes.listMembers)
  const columns = useColumns()
  return (
    <>
      <PageHeader
        title={text('members.title')}
        lead={text('members.lead')}
        actions={
          <PermissionGate permission="members.manage">
            <Button type="primary" onClick={() => setState({ add: '1' })}>
              {text('members.add')}
            </Button>
          </PermissionGate>
        }
      />
      <DataTable
        name="members"
        label={text('members.title')}
        columns={columns}
        pages={pages}
        rowKey={(row) => row.id}
        noun={(count) => text('members.noun', { count })}
        empty={text('members.title')}
      />
      <RoleMatrix />
      {state.add !== undefined && <AddMember onClose={() => setState({ add: undefined })} />}
    </>
  )
}

function useColumns(): Column<Row>[] {
  const text = useText('settings')
  const common = useText('common')
  const pick = useLocaleText()
  const { me } = useSession()
  const mayManage = useMay()('members.manage')
  const update = useAct(accessRoutes.updateMember, { done: common('saved') })
  const remove = useAct(accessRoutes.removeMember, { done: text('members.removed') })
  const roles = roleNames.map((role) => ({ value: role, label: pick(roleLabels[role]) }))
  const columns: Column<Row>[] = [
    { key: 'name', title: text('members.name'), fixed: true, render: (row) => <b>{row.name}</b> },
    { key: 'email', title: text('members.email'), render: (row) => row.email },
    {
      key: 'role',
      title: text('members.role'),
      fixed: true,
      width: 150,
      render: (row) =>
        mayManage && row.id !== me.userId ? (
          <Select<Role>
            size="small"
            style={{ width: 120 }}
            value={row.role}
            options={roles}
            aria-label={text('members.roleOf', { name: row.name })}
            onChange={(role) => update.mutate({ params: { id: row.id }, body: { role } })}
          />
        ) : (
          pick(roleLabels[row.role])
        ),
    },
    {
      key: 'seen',
      title: text('members.lastSeenAt'),
      render: (row) => (row.lastSeenAt === null ? <span className="faint">{text('members.never')}</span> : <Ago at={row.lastSeenAt} />),
    },
    { key: 'joined', title: text('members.joinedAt'), render: (row) => <DateTime at={row.joinedAt} dateOnly /> },
  ]
  if (!mayManage) return columns
  const removal: Column<Row> = {
    key: 'remove',
    title: '',
    fixed: true,
    align: 'right',
    render: (row) =>
      row.id === me.userId ? null : (
        <ConfirmAction
          size="small"
          type="text"
          danger
          title={text('members.removeTitle', { name: row.name })}
          consequence={text('members.removeConsequence')}
          verb={text('members.remove')}
          onConfirm={() => remove.mutateAsync({ params: { id: row.id } })}
        >
          {text('members.remove')}
        </ConfirmAction>
      ),
  }
  return [...columns, removal]
}
