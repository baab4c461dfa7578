import { accessRoutes } from './access.ts'
import { audienceRoutes } from './audience.ts'
import { campaignRoutes } from './campaigns.ts'
import { catalogueRoutes } from './catalogue.ts'
import { channelRoutes } from './channels.ts'
import { collectRoutes } from './collect.ts'
import type { LocaleText } from './common.ts'
import { connectorRoutes } from './connectors.ts'
import { contentRoutes } from './content.ts'
import { deliveryRoutes } from './delivery.ts'
import { importRoutes } from './imports.ts'
import { insightRoutes } from './insight.ts'
import { layerRoutes } from './layers.ts'
import { lookalikeRoutes } from './lookalike.ts'
import { namespaceRoutes } from './namespaces.ts'
import { oneIdRoutes } from './one-id.ts'
import { peopleRoutes } from './people.ts'
import { segmentRoutes } from './segments.ts'
import { systemRoutes } from './system.ts'
import { tagRuleRoutes } from './tag-rules.ts'
import { tagRoutes } from './tags.ts'
import { trackingRoutes } from './tracking.ts'
import { workspaceRoutes } from './workspaces.ts'

/** Every route of the product by capability: the server implements exactly these, the client and OpenAPI derive from them. */
export const api = {
  system: systemRoutes,
  access: accessRoutes,
  workspaces: workspaceRoutes,
  collect: collectRoutes,
  tracking: trackingRoutes,
  imports: importRoutes,
  connectors: connectorRoutes,
  people: peopleRoutes,
  namespaces: namespaceRoutes,
  oneId: oneIdRoutes,
  tags: tagRoutes,
  tagRules: tagRuleRoutes,
  catalogue: catalogueRoutes,
  audience: audienceRoutes,
  segments: segmentRoutes,
  layers: layerRoutes,
  lookalikes: lookalikeRoutes,
  content: contentRoutes,
  channels: channelRoutes,
  delivery: deliveryRoutes,
  campaigns: campaignRoutes,
  insight: insightRoutes,
} as const

/** What the parts of the API are called where it is described. */
export const apiLabels: Readonly<Record<keyof typeof api, LocaleText>> = {
  system: { zh: '系统', en: 'System' },
  access: { zh: '登录与权限', en: 'Sign-in and permissions' },
  workspaces: { zh: '工作区', en: 'Workspaces' },
  collect: { zh: '数据', en: 'Data' },
  tracking: { zh: '埋点接入', en: 'Tracking' },
  imports: { zh: '导入', en: 'Imports' },
  connectors: { zh: '连接器', en: 'Connectors' },
  people: { zh: '客户', en: 'People' },
  namespaces: { zh: '标识类型', en: 'Kinds of identities' },
  oneId: { zh: '合并与疑似重复', en: 'Merging and duplicates' },
  tags: { zh: '标签', en: 'Tags' },
  tagRules: { zh: '自动标签', en: 'Computed tags' },
  catalogue: { zh: '数据盘点与字段', en: 'Inventory and fields' },
  audience: { zh: '规则与分群', en: 'Rules and segments' },
  segments: { zh: '分群成员', en: 'Members of segments' },
  layers: { zh: '分层', en: 'Layers' },
  lookalikes: { zh: '相似人群', en: 'People alike' },
  content: { zh: '内容', en: 'Content' },
  channels: { zh: '渠道', en: 'Channels' },
  delivery: { zh: '触达', en: 'Delivery' },
  campaigns: { zh: '活动', en: 'Campaigns' },
  insight: { zh: '洞察', en: 'Insight' },
}
