import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, randomFillSync, type KeyObject } from 'node:crypto'
import { AppError } from '../errors.ts'

/** First byte of everything sealed: names the layout and the key that follows, so that both can change later. */
const layoutVersion = 1
const nonceBytes = 12
const tagBytes = 16
const headBytes = 1 + nonceBytes
const cipher = 'aes-256-gcm'

/** Random nonces are drawn many at a time: one system call per value would cost as much as the sealing. */
const nonces = Buffer.alloc(nonceBytes * 1024)
let noncesUsed = nonces.length

/** AES-256-GCM: `version | nonce | ciphertext | tag`, bound to `purpose`: what was sealed for one purpose opens for no other. */
export function seal(key: KeyObject, purpose: Buffer, plain: string | Buffer): Buffer {
  const plainBytes = typeof plain === 'string' ? Buffer.from(plain, 'utf8') : plain
  const sealed = Buffer.allocUnsafe(headBytes + plainBytes.length + tagBytes)
  sealed[0] = layoutVersion
  nextNonce().copy(sealed, 1)
  const encrypt = createCipheriv(cipher, key, sealed.subarray(1, headBytes))
  encrypt.setAAD(purpose)
  encrypt.update(plainBytes).copy(sealed, headBytes)
  encrypt.final()
  encrypt.getAuthTag().copy(sealed, headBytes + plainBytes.length)
  return sealed
}

/** What was sealed; throws `internal` when the bytes were changed, or sealed by another key or for another purpose. */
export function open(key: KeyObject, purpose: Buffer, sealed: Buffer): Buffer {
  if (sealed.length < headBytes + tagBytes || sealed[0] !== layoutVersion) throw refused()
  const decrypt = createDecipheriv(cipher, key, sealed.subarray(1, headBytes), { authTagLength: tagBytes })
  decrypt.setAAD(purpose)
  decrypt.setAuthTag(sealed.subarray(sealed.length - tagBytes))
  const plain = decrypt.update(sealed.subarray(headBytes, sealed.length - tagBytes))
  try {
    decrypt.final()
  } catch (error) {
    throw refused(error)
  }
  return plain
}

/** A key for one use, derived from a key (HKDF-SHA256, RFC 5869): no key serves two uses. */
export function deriveKey(key: Buffer, use: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), use, 32)))
}

function nextNonce(): Buffer {
  if (noncesUsed === nonces.length) {
    randomFillSync(nonces)
    noncesUsed = 0
  }
  noncesUsed += nonceBytes
  return nonces.subarray(noncesUsed - nonceBytes, noncesUsed)
}

function refused(cause?: unknown): AppError {
  return new AppError('internal', { zh: '密文校验失败：数据被改动，或不属于该工作区', en: 'Sealed data was changed or belongs to another workspace', cause })
}
