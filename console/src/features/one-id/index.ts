import { IdcardOutlined } from '@ant-design/icons'
import { page, type Feature } from '../../ui/feature.ts'

export const oneIdFeature: Feature = {
  name: 'one-id',
  label: 'one-id:title',
  icon: IdcardOutlined,
  navigation: [
    { label: 'one-id:conflicts.title', to: '/one-id/conflicts', permission: 'people.read' },
    { label: 'one-id:duplicates.title', to: '/one-id/duplicates', permission: 'people.read' },
    { label: 'one-id:merges.title', to: '/one-id/merges', permission: 'people.read' },
    { label: 'one-id:namespaces.title', to: '/one-id/namespaces', permission: 'data.read' },
  ],
  routes: [
    page('one-id/conflicts', () => import('./conflicts-page.tsx'), 'ConflictsPage'),
    page('one-id/duplicates', () => import('./duplicates-page.tsx'), 'DuplicatesPage'),
    page('one-id/merges', () => import('./merges-page.tsx'), 'MergesPage'),
    page('one-id/merge', () => import('./merge-page.tsx'), 'MergePage', 'people.merge'),
    page('one-id/split/:personId', () => import('./split-page.tsx'), 'SplitPage', 'people.merge'),
    page('one-id/namespaces', () => import('./namespaces-page.tsx'), 'NamespacesPage'),
  ],
  actions: [{ label: 'one-id:merge.title', to: '/one-id/merge', permission: 'people.merge' }],
}
