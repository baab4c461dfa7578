import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Platform } from '../platform.ts'

/** Addresses that data comes in by, thousands of times a second. */
const ingestPath = /^\/(?:v1\/|sa(?:\.gif)?$)/

/**
 * One log line and one measurement per request. The line names the route's pattern, never the address as sent:
 * searches and tokens stand there. Successful reads and ingest are `debug`, changes `info`, refusals `info`, our failures `warn`.
 */
export function observeRequests(app: FastifyInstance, platform: Platform): void {
  const seconds = platform.metrics.histogram({ name: 'hongyan_http_request_seconds', help: 'Time to answer, by route', labels: ['method', 'route', 'status'] })
  const inHand = platform.metrics.gauge({ name: 'hongyan_http_requests_in_hand', help: 'Requests being answered' })
  app.addHook('onRequest', async () => inHand.inc())
  app.addHook('onResponse', async (request, reply) => {
    inHand.dec()
    const route = request.routeOptions.url ?? 'none'
    const status = reply.statusCode
    seconds.observe({ method: request.method, route, status: String(status) }, reply.elapsedTime / 1000)
    request.log[levelOf(request, status)](
      { method: request.method, route, workspaceId: workspaceOf(request), status, tookMs: Math.round(reply.elapsedTime) },
      'request',
    )
  })
}

function levelOf(request: FastifyRequest, status: number): 'debug' | 'info' | 'warn' {
  if (status >= 500) return 'warn'
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  return status < 400 && (isRead || ingestPath.test(request.routeOptions.url ?? '')) ? 'debug' : 'info'
}

function workspaceOf(request: FastifyRequest): number | undefined {
  const id = Number((request.params as { workspaceId?: string } | null)?.workspaceId)
  return Number.isInteger(id) ? id : undefined
}
