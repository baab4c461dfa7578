import { SettingOutlined } from '@ant-design/icons'
import { page, type Feature } from '../../ui/feature.ts'

export const settingsFeature: Feature = {
  name: 'settings',
  label: 'settings:title',
  icon: SettingOutlined,
  navigation: [
    { label: 'settings:workspace.title', to: '/settings/workspace', permission: 'workspace.read' },
    { label: 'settings:accounts.title', to: '/settings/accounts', permission: 'channels.read' },
    { label: 'settings:members.title', to: '/settings/members', permission: 'workspace.read' },
    { label: 'settings:apiKeys.title', to: '/settings/api-keys', permission: 'apiKeys.manage' },
    { label: 'settings:audit.title', to: '/settings/audit', permission: 'audit.read' },
    { label: 'settings:profile.title', to: '/settings/profile' },
  ],
  routes: [
    page('settings/workspace', () => import('./workspace/workspace-page.tsx'), 'WorkspacePage'),
    page('settings/accounts', () => import('./accounts/accounts-page.tsx'), 'AccountsPage'),
    page('settings/members', () => import('./members/members-page.tsx'), 'MembersPage'),
    page('settings/api-keys', () => import('./api-keys/api-keys-page.tsx'), 'ApiKeysPage'),
    page('settings/audit', () => import('./audit/audit-page.tsx'), 'AuditPage'),
    page('settings/profile', () => import('./profile/profile-page.tsx'), 'ProfilePage'),
  ],
  actions: [
    { label: 'settings:actions.account', to: '/settings/accounts?create=1', permission: 'channels.manage' },
    { label: 'settings:actions.member', to: '/settings/members?add=1', permission: 'members.manage' },
  ],
}
