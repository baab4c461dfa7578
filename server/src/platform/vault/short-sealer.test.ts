import { createCipheriv, createSecretKey, randomBytes } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { open } from './sealing.ts'
import { ShortSealer } from './short-sealer.ts'

it('is AES-256-GCM of the standard library, byte for byte, for texts and purposes of any length', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.uint8Array({ maxLength: 40 }),
      fc.array(fc.string({ unit: 'grapheme', maxLength: 60 }), { maxLength: 20 }),
      (keyBytes, purposeBytes, texts) => {
        const key = createSecretKey(Buffer.from(keyBytes))
        const purpose = Buffer.from(purposeBytes)
        const sealer = new ShortSealer(key, purpose)
        const short = texts.filter((text) => Buffer.byteLength(text) <= 48)
        const sealed = short.map((text) => sealer.seal(text)!)
        expect(sealed.map((bytes) => open(key, purpose, bytes).toString())).toEqual(short.map((text) => text.toWellFormed()))
        expect(sealed).toEqual(short.map((text, index) => sealedByLibrary({ keyBytes, purpose, nonce: sealed[index]!.subarray(1, 13), text })))
      },
    ),
  )
})

it('seals texts of every length up to 48 bytes, and leaves longer ones to others', () => {
  const key = createSecretKey(randomBytes(32))
  const purpose = Buffer.from('workspace:1')
  const sealer = new ShortSealer(key, purpose)
  for (let length = 0; length <= 48; length++) expect(open(key, purpose, sealer.seal('x'.repeat(length))!).toString()).toBe('x'.repeat(length))
  expect(sealer.seal('x'.repeat(49))).toBeNull()
  expect(sealer.seal('中'.repeat(17))).toBeNull()
})

it('uses no nonce twice, also when it draws again', () => {
  const sealer = new ShortSealer(createSecretKey(randomBytes(32)), Buffer.from('workspace:1'))
  const nonces = new Set(Array.from({ length: 2_000 }, () => sealer.seal('13800001234')!.toString('hex', 1, 13)))
  expect(nonces.size).toBe(2_000)
})

function sealedByLibrary({ keyBytes, purpose, nonce, text }: { keyBytes: Uint8Array; purpose: Buffer; nonce: Buffer; text: string }): Buffer {
  const encrypt = createCipheriv('aes-256-gcm', keyBytes, nonce)
  encrypt.setAAD(purpose)
  return Buffer.concat([Buffer.from([1]), nonce, encrypt.update(text, 'utf8'), encrypt.final(), encrypt.getAuthTag()])
}
