import { CheckOutlined, DownOutlined, PlusOutlined } from '@ant-design/icons'
import { Dropdown } from 'antd'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useSession } from '../../ui/session-context.ts'
import { useText } from '../../ui/text.ts'
import { NewWorkspace } from './new-workspace.tsx'

/** The workspace one is in, the others one belongs to, and a new one for owners. */
export function WorkspaceSwitcher() {
  const text = useText('common')
  const { me, workspace } = useSession()
  const navigate = useNavigate()
  const [creating, setCreating] = useState(false)
  const isOwner = me.workspaces.some((one) => one.role === 'owner')
  const items = me.workspaces.map((one) => ({
    key: String(one.workspaceId),
    label: one.name,
    icon: one.workspaceId === workspace.workspaceId ? <CheckOutlined /> : <span className="no-icon" />,
    onClick: () => void navigate(`/w/${one.workspaceId}`),
  }))
  return (
    <>
      <Dropdown
        autoFocus
        trigger={['click']}
        menu={{
          items: [
            ...items,
            ...(isOwner
              ? [{ type: 'divider' as const }, { key: 'new', icon: <PlusOutlined />, label: text('workspace.new'), onClick: () => setCreating(true) }]
              : []),
          ],
        }}
      >
        <button type="button" className="workspace-button" aria-label={text('workspace.switch', { name: workspace.name })}>
          <span>{workspace.name}</span>
          <DownOutlined />
        </button>
      </Dropdown>
      {creating && <NewWorkspace onClose={() => setCreating(false)} />}
    </>
  )
}
