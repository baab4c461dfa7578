import { LineChartOutlined } from '@ant-design/icons'
import { page, type Feature } from '../../ui/feature.ts'

export const insightFeature: Feature = {
  name: 'insight',
  label: 'insight:title',
  icon: LineChartOutlined,
  navigation: [{ label: 'insight:comparison.title', to: '/insight/campaigns', permission: 'insight.read' }],
  routes: [page('insight/campaigns', () => import('./comparison-page.tsx'), 'ComparisonPage')],
}
