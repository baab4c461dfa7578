import { keyedHash } from './keyed-hash.ts'
import { deriveKey, open, seal } from './sealing.ts'
import type { Vault } from './vaults.ts'

/** The vault of a workspace from its data key (32 bytes). */
export function workspaceVault(workspaceId: number, dataKey: Buffer): Vault {
  const sealingKey = deriveKey(dataKey, 'seal')
  const indexOf = keyedHash(deriveKey(dataKey, 'blind-index'))
  const purpose = Buffer.from(`workspace:${workspaceId}`)
  return {
    seal: (plain) => seal(sealingKey, purpose, plain),
    open: (sealed) => open(sealingKey, purpose, sealed).toString('utf8'),
    sealBytes: (plain) => seal(sealingKey, purpose, plain),
    openBytes: (sealed) => open(sealingKey, purpose, sealed),
    // NOTE: a namespace never holds the zero character, so no two pairs share one text.
    blindIndex: (namespace, value) => uuidOf(indexOf(`${namespace}\0${value}`)),
  }
}

/** The first 16 bytes of a digest in the shape of a UUID. */
function uuidOf(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}
