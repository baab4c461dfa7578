import { HomeOutlined } from '@ant-design/icons'
import { page, type Feature } from '../../ui/feature.ts'

export const overviewFeature: Feature = {
  name: 'overview',
  label: 'overview:title',
  icon: HomeOutlined,
  navigation: [{ label: 'overview:title', to: '/', permission: 'workspace.read' }],
  routes: [page('', () => import('./overview-page.tsx'), 'OverviewPage')],
}
