import type { FastifyRequest } from 'fastify'
import type { Locale } from '../../../../contracts/common.ts'

/** The language of a caller: the first of Accept-Language that the product speaks, else what the signed-in user chose, else Chinese. */
export function localeOf(request: Pick<FastifyRequest, 'headers'> & { userLocale?: Locale | null }): Locale {
  return acceptedLocale(request.headers['accept-language']) ?? request.userLocale ?? 'zh'
}

/** Reads Accept-Language by its weights (RFC 9110 §12.5.4); only Chinese and English matter. */
export function acceptedLocale(header: string | undefined): Locale | undefined {
  let best: { locale: Locale; weight: number } | undefined
  for (const part of (header ?? '').split(',')) {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
    const locale = /^zh(-|$)/.test(tag) ? 'zh' : /^en(-|$)/.test(tag) ? 'en' : undefined
    const weight = Number(parameters.map((text) => /^\s*q=([\d.]+)$/.exec(text)?.[1]).find((text) => text !== undefined) ?? 1)
    if (locale && weight > 0 && (!best || weight > best.weight)) best = { locale, weight }
  }
  return best?.locale
}
