import { FileTextOutlined } from '@ant-design/icons'
import { page, type Feature } from '../../ui/feature.ts'

export const contentFeature: Feature = {
  name: 'content',
  label: 'content:title',
  icon: FileTextOutlined,
  navigation: [{ label: 'content:templates.title', to: '/templates', permission: 'content.read' }],
  routes: [
    page('templates', () => import('./templates-page.tsx'), 'TemplatesPage'),
    page('templates/new', () => import('./template-page.tsx'), 'NewTemplatePage'),
    page('templates/:id', () => import('./template-page.tsx'), 'TemplatePage'),
  ],
  actions: [{ label: 'content:actions.create', to: '/templates/new', permission: 'content.write' }],
}
