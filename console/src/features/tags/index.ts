import { TagsOutlined } from '@ant-design/icons'
import { page, type Feature } from '../../ui/feature.ts'

export const tagsFeature: Feature = {
  name: 'tags',
  label: 'tags:title',
  icon: TagsOutlined,
  navigation: [{ label: 'tags:title', to: '/tags', permission: 'people.read' }],
  routes: [
    page('tags', () => import('./tags-page.tsx'), 'TagsPage'),
    page('tags/:id', () => import('./tag-page.tsx'), 'TagPage'),
    page('built-in-tags', () => import('./built-in-page.tsx'), 'BuiltInPage'),
  ],
  actions: [{ label: 'tags:create', to: '/tags?new=1', permission: 'audience.write' }],
}
