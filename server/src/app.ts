import type { FastifyInstance } from 'fastify'
import { api } from '../../contracts/api.ts'
import type { Route } from '../../contracts/http.ts'
import { namedSchemas } from '../../contracts/named-schemas.ts'
import { accessGuard, accessHandlers, startAccess, type Handlers, type MissingAudit } from './access/index.ts'
import { collectHandlers, startCollect } from './collect/index.ts'
import { peopleHandlers, startPeople } from './people/index.ts'
import { audienceHandlers, startAudience } from './audience/index.ts'
import { channelsHandlers, closeSessions, startChannels } from './channels/index.ts'
import { deliveryHandlers, startDelivery, stopDelivery } from './delivery/index.ts'
import { AppError } from './platform/errors.ts'
import { createServer, implementRoutes, openApiDocument, serveConsole, systemHandlers } from './platform/http/index.ts'
import type { Platform } from './platform/platform.ts'
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
type AllHandlers = { [Name in Exclude<Capability, 'system'>]: Handlers<(typeof api)[Name]> }

/** Puts the capabilities together: one line each for what they answer and for what they do in the background. */
export async function assemble(platform: Platform, options: { missingAudit?: MissingAudit } = {}): Promise<App> {
  const handlers: Partial<AllHandlers> = {
    access: accessHandlers,
    workspaces: workspacesHandlers,
    collect: collectHandlers,
    people: peopleHandlers,
    audience: audienceHandlers,
    channels: channelsHandlers,
    delivery: deliveryHandlers,
  }
  startAccess(platform)
  startPeople(platform)
  startCollect(platform)
  startAudience(platform)
  startChannels(platform)
  startDelivery(platform)

  const http = await createServer(platform)
  const guard = accessGuard(platform, options.missingAudit ?? 'log')
  implementRoutes(http, api.system, systemHandlers(platform, openApiDocument(api, namedSchemas)), guard)
  for (const [name, routes] of Object.entries(api)) {
    if (name !== 'system') implementRoutes(http, routes as Record<string, Route>, (handlers[name as keyof AllHandlers] as never) ?? notYet(routes), guard)
  }
  await serveConsole(http, platform.config.consoleDir)

  return {
    http,
    start: () => platform.jobs.start(),
    async stop() {
      await http.close()
      await platform.jobs.stop()
      await closeSessions(platform)
      await stopDelivery(platform)
    },
  }
}

function notYet(routes: Record<string, Route>): Record<string, () => Promise<never>> {
  const refuse = async () => {
    throw new AppError('unavailable')
  }
  return Object.fromEntries(Object.keys(routes).map((name) => [name, refuse]))
}
