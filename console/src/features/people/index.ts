import { TeamOutlined } from '@ant-design/icons'
import { page, type Feature } from '../../ui/feature.ts'

export const peopleFeature: Feature = {
  name: 'people',
  label: 'people:title',
  icon: TeamOutlined,
  navigation: [{ label: 'people:title', to: '/people', permission: 'people.read' }],
  routes: [page('people', () => import('./people-page.tsx'), 'PeoplePage'), page('people/:personId', () => import('./person-page.tsx'), 'PersonPage')],
}
