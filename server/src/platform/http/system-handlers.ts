import { sql } from 'kysely'
import type { z } from 'zod'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { errorCatalogue } from '../../../../contracts/errors.ts'
import type { systemRoutes } from '../../../../contracts/system.ts'
import { AppError } from '../errors.ts'
import { isSameText } from '../same-text.ts'
import type { Platform } from '../platform.ts'
import { apiPage, apiPageScriptHash } from './api-page.ts'
import { localeOf } from './locale.ts'
import type { OpenApiDocument } from './openapi.ts'

interface SystemCall {
  request: FastifyRequest
  reply: FastifyReply
}
type Answer<Name extends keyof typeof systemRoutes> = z.core.input<(typeof systemRoutes)[Name]['answer']>
type SystemHandlers = { [Name in keyof typeof systemRoutes]: (call: SystemCall) => Promise<Answer<Name>> }

const pingMs = 2000

/** Health, metrics and the description of the interface. */
export function systemHandlers(platform: Platform, document: OpenApiDocument): SystemHandlers {
  return {
    readHealth: async () => ({ status: 'ok' as const }),
    readReadiness: async ({ reply }: SystemCall) => {
      const checks = await checkStores(platform)
      const isReady = Object.values(checks).every((state) => state === 'ok')
      if (!isReady) void reply.code(503)
      return { status: isReady ? ('ok' as const) : ('unavailable' as const), checks }
    },
    readMetrics: async ({ request, reply }: SystemCall) => {
      assertMayReadMetrics(request, platform.config.metrics.token)
      void reply.type(platform.metrics.contentType)
      return platform.metrics.text()
    },
    readOpenApi: async () => document,
    readApiPage: async ({ request, reply }: SystemCall) => {
      const { lang } = request.query as { lang?: string }
      const locale = lang === 'zh' || lang === 'en' ? lang : localeOf(request)
      void reply.type('text/html; charset=utf-8')
      void reply.header('content-security-policy', `default-src 'none'; style-src 'unsafe-inline'; script-src '${apiPageScriptHash}'; frame-ancestors 'none'`)
      return apiPage(document, errorCatalogue, locale)
    },
  }
}

/** Both stores asked at the same time, each given two seconds. */
export async function checkStores(platform: Platform): Promise<Record<string, 'ok' | 'failing'>> {
  const states = await Promise.all(
    Object.entries({ postgres: sql`select 1`.execute(platform.db), warehouse: platform.warehouse.ping() }).map(async ([store, answer]) => {
      const state = await Promise.race([answer.then(() => 'ok' as const), failsAfter(pingMs)]).catch((error: unknown) => {
        platform.log.warn({ store, error }, 'a store does not answer')
        return 'failing' as const
      })
      return [store, state] as const
    }),
  )
  return Object.fromEntries(states)
}

async function failsAfter(durationMs: number): Promise<'failing'> {
  return new Promise((resolve) => setTimeout(resolve, durationMs, 'failing' as const).unref())
}

/** Without a token, metrics are for this machine only; a proxy on this machine speaks for somebody else. */
function assertMayReadMetrics(request: FastifyRequest, token: string | null): void {
  const isLocal =
    ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.ip) && request.headers['x-forwarded-for'] === undefined && request.headers.forwarded === undefined
  const allowed = token === null ? isLocal : isSameText(request.headers.authorization ?? '', `Bearer ${token}`)
  if (!allowed)
    throw new AppError('forbidden', {
      zh: '指标只对本机开放，或设置 HONGYAN_METRICS_TOKEN',
      en: 'Metrics are open to this machine only, or set HONGYAN_METRICS_TOKEN',
    })
}
