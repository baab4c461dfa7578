import { promisify } from 'node:util'
import { deflate, inflate } from 'node:zlib'
import type { Sample, WebhookSettings } from '../../../../contracts/connector-settings.ts'
import type { Vault } from '../../platform/vault/vaults.ts'
import type { HookRequest } from '../auth/hook-request.ts'

const deflateAsync = promisify(deflate)
const inflateAsync = promisify(inflate)

interface Kept {
  headers: Record<string, string>
  query: string
  path: string
  address: string | null
  /** base64 */
  body: string
}

/** A request as it is kept for replay: with what proves it, since a replay proves it again; without cookies. */
export async function sealRequest(vault: Vault, { headers, query, path, address, body }: HookRequest): Promise<Buffer> {
  const { cookie: _, ...others } = headers
  const kept: Kept = { headers: others, query, path, address, body: body.toString('base64') }
  return vault.sealBytes(await deflateAsync(Buffer.from(JSON.stringify(kept))))
}

export async function openRequest(vault: Vault, sealed: Buffer): Promise<HookRequest> {
  const kept = JSON.parse((await inflateAsync(vault.openBytes(sealed))).toString('utf8')) as Kept
  return { ...kept, body: Buffer.from(kept.body, 'base64') }
}

/** A kept request for people to read: tokens are not shown. */
export function shownRequest({ headers, query, path, body }: HookRequest, { auth }: WebhookSettings): Sample {
  const hidden = new Set(['authorization', ...(auth.kind === 'token' && auth.place === 'header' ? [auth.name.toLowerCase()] : [])])
  const fields = new URLSearchParams(query)
  if (auth.kind === 'token' && auth.place === 'query' && fields.has(auth.name)) fields.set(auth.name, '•••')
  return {
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, hidden.has(name) ? '•••' : value])),
    query: fields.toString(),
    path,
    body: body.toString('utf8'),
  }
}
