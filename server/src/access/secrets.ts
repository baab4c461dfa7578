import { createHash, randomBytes } from 'node:crypto'

/** A secret of 256 random bits in URL-safe letters, e.g. `hy_…`; the prefix tells people and scanners what it opens. */
export function newSecret(prefix = ''): string {
  return prefix + randomBytes(32).toString('base64url')
}

/**
 * What is stored of a random secret (session, API key, write key, callback token): SHA-256 of its UTF-8 bytes.
 * A plain hash is enough because the secret itself cannot be guessed; passwords go through argon2 instead.
 */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest()
}
