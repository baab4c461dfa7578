import { z } from 'zod'
import { defineRoute, open } from './http.ts'

export const systemRoutes = {
  readHealth: defineRoute({ method: 'GET', path: '/healthz', access: open, summary: 'The process is alive', answer: z.object({ status: z.literal('ok') }) }),
  readReadiness: defineRoute({
    method: 'GET',
    path: '/readyz',
    access: open,
    summary: 'Both stores answer and migrations are done; 503 otherwise',
    answer: z.object({ status: z.enum(['ok', 'unavailable']), checks: z.record(z.string(), z.enum(['ok', 'failing'])) }),
  }),
  readMetrics: defineRoute({
    method: 'GET',
    path: '/metrics',
    access: open,
    summary: 'Prometheus metrics; only from this machine unless HONGYAN_METRICS_TOKEN is set',
    answer: z.string(),
    transport: 'file',
  }),
  readOpenApi: defineRoute({ method: 'GET', path: '/api/openapi.json', access: open, summary: 'This API as OpenAPI 3.1', answer: z.unknown() }),
  readApiPage: defineRoute({ method: 'GET', path: '/api/docs', access: open, summary: 'This API as a page', answer: z.string(), transport: 'file' }),
}
