import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { packTimes, unpackTimes } from './attribute-times.ts'

const key = fc.constantFrom('name', 'city', 'level', 'phone', 'email', 'created_at', '生日')
const said = fc.record({
  attributes: fc.dictionary(key, fc.string(), { noNullPrototype: true }),
  attributeTimes: fc.dictionary(key, fc.integer({ min: 1, max: 3 }), { noNullPrototype: true }),
  phoneKey: fc.constantFrom(null, 'p'),
  emailKey: fc.constantFrom(null, 'e'),
})

it('gives back every time it packed', () => {
  fc.assert(
    fc.property(said, (given) => {
      expect(unpackTimes(packTimes(given), given)).toEqual(given.attributeTimes)
    }),
    { numRuns: 2_000 },
  )
})

it('says a moment once that everything was said at', () => {
  const attributes = { name: '周', city: '杭州' }
  const attributeTimes = { name: 7, city: 7, phone: 7, created_at: 7, gone: 5 }
  expect(packTimes({ attributes, attributeTimes, phoneKey: 'p', emailKey: null })).toEqual({ '*': 7, created_at: 7, gone: 5 })
})
