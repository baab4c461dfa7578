import { ProfileOutlined } from '@ant-design/icons'
import { page, type Feature } from '../../ui/feature.ts'

export const catalogueFeature: Feature = {
  name: 'catalogue',
  label: 'catalogue:title',
  icon: ProfileOutlined,
  navigation: [
    { label: 'catalogue:inventory.title', to: '/catalogue/inventory', permission: 'data.read' },
    { label: 'catalogue:fields.title', to: '/catalogue/fields', permission: 'people.read' },
    { label: 'catalogue:usage.title', to: '/catalogue/usage', permission: 'data.read' },
  ],
  routes: [
    page('catalogue/inventory', () => import('./inventory-page.tsx'), 'InventoryPage'),
    page('catalogue/fields', () => import('./fields-page.tsx'), 'FieldsPage'),
    page('catalogue/usage', () => import('./usage-page.tsx'), 'UsagePage'),
  ],
  actions: [{ label: 'catalogue:fields.create', to: '/catalogue/fields?new=1', permission: 'data.manage' }],
}
