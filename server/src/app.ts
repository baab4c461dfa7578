import type { FastifyInstance } from 'fastify'
import { api, apiLabels } from '../../contracts/api.ts'
import type { Route } from '../../contracts/http.ts'
import { namedSchemas } from '../../contracts/named-schemas.ts'
import { accessGuard, accessHandlers, startAccess, type Handlers, type MissingAudit } from './access/index.ts'
import { audienceHandlers, layerHandlers, lookalikeHandlers, segmentHandlers, startAudience, tagRuleHandlers } from './audience/index.ts'
import { campaignHandlers, startCampaigns } from './campaigns/index.ts'
import { catalogueHandlers, startCatalogue } from './catalogue/index.ts'
import { channelsHandlers, closeSessions, startChannels } from './channels/index.ts'
import { collectHandlers, importHandlers, startCollect, stopCollect, trackingHandlers } from './collect/index.ts'
import { connectorsHandlers, startConnectors } from './connectors/index.ts'
import { contentHandlers, startContent } from './content/index.ts'
import { deliveryHandlers, startDelivery, stopDelivery } from './delivery/index.ts'
import { insightHandlers } from './insight/index.ts'
import { namespaceHandlers, oneIdHandlers, peopleHandlers, startPeople } from './people/index.ts'
import { createServer, implementRoutes, openApiDocument, serveConsole, systemHandlers, type AnyHandler } from './platform/http/index.ts'
import type { Platform } from './platform/platform.ts'
import { startTags, tagHandlers } from './tags/index.ts'
import { workspacesHandlers } from './workspaces/index.ts'

export interface App {
  /** The web application with all routes; whoever runs it says where it listens. */
  http: FastifyInstance
  /** Begins background work, as far as the roles of this process say. */
  start(): Promise<void>
  /** Takes nothing new, finishes what is in hand, then returns. The stores stay open: whoever opened them closes them. */
  stop(): Promise<void>
}

type Capability = keyof typeof api
/** A capability without handlers, a route without one, or one too many does not type-check. */
type AllHandlers = { [Name in Capability]: Handlers<(typeof api)[Name]> }

/** Puts the capabilities together: one line each for what they answer and for what they do in the background. */
export async function assemble(platform: Platform, options: { missingAudit?: MissingAudit } = {}): Promise<App> {
  const handlers: AllHandlers = {
    system: systemHandlers(platform, openApiDocument(api, apiLabels, namedSchemas)),
    access: accessHandlers,
    workspaces: workspacesHandlers,
    collect: collectHandlers,
    tracking: trackingHandlers,
    imports: importHandlers,
    connectors: connectorsHandlers,
    people: peopleHandlers,
    namespaces: namespaceHandlers,
    oneId: oneIdHandlers,
    tags: tagHandlers,
    tagRules: tagRuleHandlers,
    catalogue: catalogueHandlers,
    audience: audienceHandlers,
    segments: segmentHandlers,
    layers: layerHandlers,
    lookalikes: lookalikeHandlers,
    content: contentHandlers,
    channels: channelsHandlers,
    delivery: deliveryHandlers,
    campaigns: campaignHandlers,
    insight: insightHandlers,
  }
  startAccess(platform)
  startPeople(platform)
  startTags(platform)
  startCollect(platform)
  startCatalogue(platform)
  startConnectors(platform)
  startAudience(platform)
  startContent()
  startChannels(platform)
  startDelivery(platform)
  startCampaigns(platform)

  const http = await createServer(platform)
  const guard = accessGuard(platform, options.missingAudit ?? 'log')
  const registrable: Record<Capability, Record<string, AnyHandler>> = handlers
  for (const [name, routes] of Object.entries(api)) implementRoutes<Record<string, Route>>(http, routes, registrable[name as Capability], guard)
  await serveConsole(http, platform.config.consoleDir)

  return {
    http,
    start: () => platform.jobs.start(),
    async stop() {
      await http.close()
      await platform.jobs.stop()
      await closeSessions(platform)
      await stopDelivery(platform)
      await stopCollect(platform)
    },
  }
}
