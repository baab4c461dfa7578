import { DatabaseOutlined } from '@ant-design/icons'
import { page, type Feature } from '../../ui/feature.ts'

export const dataFeature: Feature = {
  name: 'data',
  label: 'data:title',
  icon: DatabaseOutlined,
  navigation: [
    { label: 'data:imports.title', to: '/data/imports', permission: 'data.read' },
    { label: 'data:sources.title', to: '/data/sources', permission: 'data.read' },
    { label: 'connectors:title', to: '/data/connectors', permission: 'data.read' },
    { label: 'data:events.title', to: '/data/events', permission: 'data.read' },
    { label: 'data:debugger.title', to: '/data/debugger', permission: 'data.read' },
    { label: 'data:quarantine.title', to: '/data/quarantine', permission: 'data.read' },
    { label: 'data:inbox.title', to: '/data/inbox', permission: 'data.read' },
  ],
  routes: [
    page('data/imports', () => import('./imports/imports-page.tsx'), 'ImportsPage'),
    page('data/imports/new', () => import('./imports/new-import-page.tsx'), 'NewImportPage', 'data.import'),
    page('data/imports/:id', () => import('./imports/import-page.tsx'), 'ImportPage'),
    page('data/sources', () => import('./sources/sources-page.tsx'), 'SourcesPage'),
    page('data/sources/:id', () => import('./sources/source-page.tsx'), 'SourcePage'),
    page('data/debugger', () => import('./debugger/debugger-page.tsx'), 'DebuggerPage'),
    page('data/quarantine', () => import('./quarantine/quarantine-page.tsx'), 'QuarantinePage'),
    page('data/events', () => import('./events/events-page.tsx'), 'EventsPage'),
    page('data/inbox', () => import('./inbox/inbox-page.tsx'), 'InboxPage'),
  ],
  actions: [
    { label: 'data:actions.import', to: '/data/imports/new', permission: 'data.import' },
    { label: 'data:actions.source', to: '/data/sources?create=1', permission: 'data.manage' },
  ],
}
