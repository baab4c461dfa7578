import { createHmac, createSecretKey, randomBytes } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { keyedHash } from './keyed-hash.ts'

it('is HMAC-SHA256 for texts of any length', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 64 }),
      fc.array(fc.string({ unit: 'grapheme', maxLength: 3000, size: 'max' }), { maxLength: 5 }),
      (key, texts) => {
        const hash = keyedHash(createSecretKey(Buffer.from(key)))
        for (const text of texts) expect(hash(text)).toBe(createHmac('sha256', key).update(text).digest('hex'))
      },
    ),
    { numRuns: 50 },
  )
})

it('refuses a key longer than a block', () => {
  expect(() => keyedHash(createSecretKey(randomBytes(65)))).toThrow('longer than a block')
})
