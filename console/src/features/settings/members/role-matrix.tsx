import { CheckOutlined } from '@ant-design/icons'
import { permissionNames, roleLabels, roleNames, rolePermissions, type Permission } from '../../../../../contracts/permissions.ts'
import { Panel } from '../../../ui/panel.tsx'
import { ScrollTable } from '../../../ui/scroll-table.tsx'
import { useLocaleText, useText } from '../../../ui/text.ts'

/** What each role may do, from the same table that the server checks. */
export function RoleMatrix() {
  const text = useText('settings')
  const pick = useLocaleText()
  return (
    <Panel flush title={text('members.matrix')}>
      <ScrollTable<{ permission: Permission }>
        label={text('members.matrix')}
        className="role-matrix"
        rowKey="permission"
        dataSource={permissionNames.map((permission) => ({ permission }))}
        columns={[
          { key: 'permission', title: text('members.permission'), render: (_, row) => text(`permissions.${permissionKey(row.permission)}`) },
          ...roleNames.map((role) => ({
            key: role,
            title: pick(roleLabels[role]),
            align: 'center' as const,
            render: (_: unknown, row: { permission: Permission }) =>
              rolePermissions[role].includes(row.permission) ? (
                <CheckOutlined aria-label={text('members.may')} className="role-may" />
              ) : (
                <span className="visually-hidden">{text('members.mayNot')}</span>
              ),
          })),
        ]}
      />
    </Panel>
  )
}

type Underscored<Name extends string> = Name extends `${infer Left}.${infer Right}` ? `${Left}_${Right}` : Name

/** `people.read` as a key of the texts: dots would nest. */
export function permissionKey<Name extends Permission>(permission: Name): Underscored<Name> {
  return permission.replace('.', '_') as Underscored<Name>
}
