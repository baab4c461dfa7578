import { SendOutlined } from '@ant-design/icons'
import { page, type Feature } from '../../ui/feature.ts'

export const campaignsFeature: Feature = {
  name: 'campaigns',
  label: 'campaigns:title',
  icon: SendOutlined,
  navigation: [
    { label: 'campaigns:list.title', to: '/campaigns', permission: 'campaigns.read' },
    { label: 'campaigns:messages.title', to: '/messages', permission: 'campaigns.read' },
    { label: 'campaigns:replies.title', to: '/replies', permission: 'campaigns.read' },
    { label: 'campaigns:suppressions.title', to: '/suppressions', permission: 'campaigns.read' },
  ],
  routes: [
    page('campaigns', () => import('./campaigns-page.tsx'), 'CampaignsPage'),
    page('campaigns/new', () => import('./new-campaign-page.tsx'), 'NewCampaignPage'),
    page('campaigns/:id', () => import('./campaign-page.tsx'), 'CampaignPage'),
    page('messages', () => import('./messages-page.tsx'), 'MessagesPage'),
    page('replies', () => import('./replies-page.tsx'), 'RepliesPage'),
    page('suppressions', () => import('./suppressions-page.tsx'), 'SuppressionsPage'),
  ],
  actions: [
    { label: 'campaigns:actions.create', to: '/campaigns/new', permission: 'campaigns.write' },
    { label: 'campaigns:actions.replies', to: '/replies', permission: 'campaigns.read' },
  ],
}
