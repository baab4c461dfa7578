import type { FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses a change that another website makes with this browser's cookie. Browsers say where a request comes from
 * (Sec-Fetch-Site, else Origin); programs that say neither hold no cookie of anybody else. The cookie is SameSite=Lax besides.
 */
export function assertSameSite(request: FastifyRequest): void {
  if (safeMethods.has(request.method)) return
  const site = request.headers['sec-fetch-site']
  if (site === 'same-origin' || site === 'none') return
  const origin = request.headers.origin
  if (site === undefined && (origin === undefined || hostOf(origin) === request.host)) return
  throw new AppError('forbidden', { zh: '已拦截：请求来自其他网站', en: 'Refused: the request comes from another website' })
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}
