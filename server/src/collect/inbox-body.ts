import { promisify } from 'node:util'
import { constants, deflate, inflate } from 'node:zlib'
import type { Vault } from '../platform/vault/vaults.ts'

const deflateAsync = promisify(deflate)
const inflateAsync = promisify(inflate)

/** Below this many bytes deflating costs more than it saves. */
const deflateFromBytes = 512

/** JSON starts with `[`, a deflated stream with 0x78 (RFC 1950): the first byte says which it is. */
const firstByteOfJson = 0x5b

/** Items as an inbox row holds them: one JSON array, deflated, sealed, because they hold phones and e-mail addresses. */
export async function encodeBody(vault: Vault, items: readonly unknown[]): Promise<Buffer> {
  const json = Buffer.from(JSON.stringify(items), 'utf8')
  const bytes = json.length < deflateFromBytes ? json : await deflateAsync(json, { level: constants.Z_BEST_SPEED })
  return vault.sealBytes(bytes)
}

/** The items of an inbox row; throws when the row was damaged or sealed by another key. */
export async function decodeBody<Item>(vault: Vault, body: Buffer): Promise<Item[]> {
  const bytes = vault.openBytes(body)
  const json = bytes[0] === firstByteOfJson ? bytes : await inflateAsync(bytes)
  return JSON.parse(json.toString('utf8')) as Item[]
}
