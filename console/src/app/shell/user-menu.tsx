import { LogoutOutlined, SolutionOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Dropdown } from 'antd'
import { useNavigate } from 'react-router'
import { accessRoutes } from '../../../../contracts/access.ts'
import { roleLabels } from '../../../../contracts/permissions.ts'
import { client } from '../../ui/api.ts'
import { useGo } from '../../ui/link.tsx'
import { useSession } from '../../ui/session-context.ts'
import { useLocaleText, useText } from '../../ui/text.ts'

/** Oneself: name, role here, profile, sign out. */
export function UserMenu() {
  const text = useText('common')
  const pick = useLocaleText()
  const { me, workspace } = useSession()
  const go = useGo()
  const navigate = useNavigate()
  const cache = useQueryClient()
  const signOut = async (): Promise<void> => {
    await client.call(accessRoutes.signOut).catch(() => undefined)
    cache.clear()
    await navigate('/sign-in')
  }
  return (
    <Dropdown
      autoFocus
      trigger={['click']}
      placement="bottomRight"
      menu={{
        items: [
          { key: 'who', disabled: true, label: `${me.email} · ${pick(roleLabels[workspace.role])}` },
          { key: 'profile', icon: <SolutionOutlined />, label: text('user.profile'), onClick: () => go('/settings/profile') },
          { type: 'divider' },
          { key: 'out', icon: <LogoutOutlined />, label: text('user.signOut'), onClick: () => void signOut() },
        ],
      }}
    >
      <button type="button" className="user-button" aria-label={text('user.menu', { name: me.name })}>
        {Array.from(me.name)[0]?.toUpperCase()}
      </button>
    </Dropdown>
  )
}
