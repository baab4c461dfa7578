import { z } from 'zod'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Route } from '../../../../contracts/http.ts'
import { parseRawBodies } from './bodies.ts'
import { allowAnyOrigin, answerPreflight } from './cors.ts'
import { parseInput } from './zod-problems.ts'

/** What the HTTP layer itself knows of a call; a guard adds who calls. */
export interface PlainCall {
  params: unknown
  query: unknown
  body: unknown
  rawBody: Buffer
  request: FastifyRequest
  reply: FastifyReply
}

/** Stands before and behind every handler. */
export interface Guard {
  /** Before a byte of the body is read: proves who calls as the route's access rule demands, or throws. The result is merged into the call. */
  enter(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<object>
  /** After the handler has succeeded and before it is answered. */
  leave(route: Route, caller: object): void
}

// oxlint-disable-next-line typescript/no-explicit-any -- each handler takes its own route's call; `Handlers<Routes>` checks the pair
export type AnyHandler = (call: any) => Promise<unknown>

/**
 * Registers every route of a contract through the guard: a route cannot be reached around its access rule.
 * The type of `handlers` makes a missing or an extra implementation a type error.
 */
export function implementRoutes<Routes extends Record<string, Route>>(
  app: FastifyInstance,
  routes: Routes,
  handlers: { [Name in keyof Routes]: AnyHandler },
  guard: Guard,
): void {
  for (const [name, route] of Object.entries(routes)) {
    const handler = handlers[name]
    if (!handler) throw new Error(`The route ${name} has no implementation`)
    if (route.cors) answerPreflight(app, route.path)
    if (route.transport !== 'raw') registerRoute(app, route, handler, guard)
    else
      app.register(async (scope) => {
        parseRawBodies(scope)
        registerRoute(scope, route, handler, guard)
      })
  }
}

function registerRoute(app: FastifyInstance, route: Route, handler: AnyHandler, guard: Guard): void {
  app.route({
    method: route.method,
    url: route.path,
    onRequest: async (request, reply) => {
      if (route.cors) allowAnyOrigin(request, reply)
      // What is answered is about people or changes by the minute: neither browsers nor proxies keep it.
      void reply.header('cache-control', 'no-store')
      request.caller = await guard.enter(route, request, reply)
    },
    handler: async (request, reply) => {
      const sent = route.transport === 'file' || route.transport === 'raw' ? watchSending(reply) : () => false
      const caller = request.caller ?? {}
      const answer = await handler({ ...readCall(route, request, reply), ...caller })
      guard.leave(route, caller)
      if (sent()) return reply
      return reply.send(serialise(route, reply, answer))
    },
  })
}

function readCall(route: Route, request: FastifyRequest, reply: FastifyReply): PlainCall {
  const readsBody = route.transport === undefined || route.transport === 'json' || route.transport === 'file'
  return {
    params: route.params && parseInput(route.params, request.params, 'params'),
    query: route.query && parseInput(route.query, request.query, 'query'),
    body: readsBody && route.body ? parseInput(route.body, request.body, 'body') : undefined,
    rawBody: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    request,
    reply,
  }
}

/** Whether a handler of bytes has answered by itself (`reply.send(stream)`) instead of returning its text. */
function watchSending(reply: FastifyReply): () => boolean {
  const send = reply.send.bind(reply)
  let sent = false
  reply.send = (payload) => {
    sent = true
    return send(payload)
  }
  return () => sent
}

/**
 * JSON by the answer's schema: fields that the contract does not name are left out, and an answer that breaks the contract
 * is our own fault and becomes `internal`. Zod's compiled objects do this at about a microsecond per row.
 */
function serialise(route: Route, reply: FastifyReply, answer: unknown): unknown {
  if (route.transport === 'file') return answer
  const result = z.core.safeParse(route.answer, answer)
  if (!result.success) {
    const where = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).slice(0, 5)
    throw new Error(`The answer of ${route.method} ${route.path} breaks its contract: ${where.join('; ')}`)
  }
  void reply.type('application/json; charset=utf-8')
  return JSON.stringify(result.data ?? null)
}
