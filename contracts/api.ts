import { accessRoutes } from './access.ts'
import { audienceRoutes } from './audience.ts'
import { campaignRoutes } from './campaigns.ts'
import { catalogueRoutes } from './catalogue.ts'
import { channelRoutes } from './channels.ts'
import { collectRoutes } from './collect.ts'
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
