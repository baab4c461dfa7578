import { ApartmentOutlined } from '@ant-design/icons'
import { page, type Feature } from '../../ui/feature.ts'

export const audienceFeature: Feature = {
  name: 'audience',
  label: 'audience:title',
  icon: ApartmentOutlined,
  navigation: [
    { label: 'audience:list.title', to: '/segments', permission: 'audience.read' },
    { label: 'layers:title', to: '/layers', permission: 'audience.read' },
    { label: 'lookalike:title', to: '/lookalikes', permission: 'audience.read' },
  ],
  routes: [
    page('segments', () => import('./segments/segments-page.tsx'), 'SegmentsPage'),
    page('segments/new', () => import('./editor/new-segment-page.tsx'), 'NewSegmentPage'),
    page('segments/overlap', () => import('./segments/overlap-page.tsx'), 'OverlapPage'),
    page('segments/:id/people', () => import('./segments/segment-people-page.tsx'), 'SegmentPeoplePage'),
    page('segments/:id', () => import('./editor/segment-page.tsx'), 'SegmentPage'),
    page('tags/:id/rule', () => import('./tag-rules/tag-rule-page.tsx'), 'TagRulePage'),
    page('layers', () => import('./layers/layers-page.tsx'), 'LayersPage'),
    page('layers/new', () => import('./layers/new-layer-model-page.tsx'), 'NewLayerModelPage'),
    page('lookalikes', () => import('./lookalike/lookalikes-page.tsx'), 'LookalikesPage'),
    page('lookalikes/:id', () => import('./lookalike/lookalike-page.tsx'), 'LookalikePage'),
    page('layers/:id', () => import('./layers/layer-model-page.tsx'), 'LayerModelPage'),
  ],
  actions: [{ label: 'audience:list.create', to: '/segments/new', permission: 'audience.write' }],
}
