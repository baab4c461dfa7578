import { randomUUID } from 'node:crypto'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import multipart from '@fastify/multipart'
import fastify, { LogController, type FastifyInstance } from 'fastify'
import type { Locale } from '../../../../contracts/common.ts'
import type { Platform } from '../platform.ts'
import { jsonBytesMax, parseJsonBodies } from './bodies.ts'
import { localeOf } from './locale.ts'
import { observeRequests } from './observe-requests.ts'
import { problemAnswer, toAppError } from './problems.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the guard has proved about who calls. */
    caller: object | null
    /** The language that the signed-in user chose. */
    userLocale: Locale | null
  }
}

/**
 * The web server without routes: bodies, headers, errors as problem+json, log and metrics.
 * `close()` refuses new connections, answers what is in hand and then returns.
 */
export async function createServer(platform: Platform): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: platform.log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    bodyLimit: jsonBytesMax,
    // A reverse proxy on this machine may tell the caller's address and the name we are called by; nobody else may.
    trustProxy: 'loopback',
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
    forceCloseConnections: 'idle',
  }) as unknown as FastifyInstance
  app.decorateRequest('caller', null)
  app.decorateRequest('userLocale', null)
  parseJsonBodies(app)
  await app.register(cookie)
  await app.register(multipart, { limits: { fileSize: platform.config.uploadBytesMax, files: 1, fields: 20, fieldSize: jsonBytesMax } })
  await app.register(helmet, securityHeaders)
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id)
  })
  answerErrors(app)
  observeRequests(app, platform)
  return app
}

/** antd writes its styles into the page; everything else comes from this server only. Plain HTTP stays plain: an office server may have no certificate. */
const securityHeaders = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      fontSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      workerSrc: ["'self'", 'blob:'],
      objectSrc: ["'none'"],
      baseUri: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  strictTransportSecurity: false,
  crossOriginEmbedderPolicy: false,
  // Both need a secure origin and only warn in the console of a browser on plain HTTP.
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  referrerPolicy: { policy: 'same-origin' },
  frameguard: { action: 'deny' },
} as const

function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler(async (thrown, request, reply) => {
    const { error, expected } = toAppError(thrown)
    if (!expected) request.log.error({ error: thrown, route: request.routeOptions.url }, 'a request failed')
    const answer = problemAnswer(error, localeOf(request), request.id)
    if (error.retryAfterSeconds !== undefined) void reply.header('retry-after', Math.ceil(error.retryAfterSeconds))
    return reply.code(answer.status).header('cache-control', 'no-store').type('application/problem+json; charset=utf-8').send(JSON.stringify(answer))
  })
}
