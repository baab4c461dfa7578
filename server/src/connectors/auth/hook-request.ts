import { parseForm } from '../mapping/read-body.ts'

/** A request as authentication and mapping see it. Names of headers are lower-case. */
export interface HookRequest {
  headers: Readonly<Record<string, string>>
  /** Without the question mark. */
  query: string
  /** What stands behind the address, e.g. `djsw/newOrder`. */
  path: string
  body: Buffer
  /** Of the sender. */
  address: string | null
}

/** Where authentication finds a value by name. */
export type Place = 'header' | 'query' | 'form'

export function readPlace(request: HookRequest, place: Place, name: string): string | undefined {
  if (place === 'header') return request.headers[name.toLowerCase()]
  const fields = parseForm(place === 'query' ? request.query : request.body.toString('utf8'))
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}
