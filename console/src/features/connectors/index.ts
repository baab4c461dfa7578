import { ApiOutlined } from '@ant-design/icons'
import { page, type Feature } from '../../ui/feature.ts'

/** Its pages stand in the rail under the data feature. */
export const connectorsFeature: Feature = {
  name: 'connectors',
  label: 'connectors:title',
  icon: ApiOutlined,
  navigation: [],
  routes: [
    page('data/connectors', () => import('./connectors-page.tsx'), 'ConnectorsPage'),
    page('data/connectors/new', () => import('./new-connector-page.tsx'), 'NewConnectorPage', 'data.manage'),
    page('data/connectors/:id', () => import('./connector-page.tsx'), 'ConnectorPage'),
  ],
  actions: [{ label: 'connectors:create', to: '/data/connectors/new', permission: 'data.manage' }],
}
