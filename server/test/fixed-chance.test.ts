import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { seed } from './fixed-chance.ts'

test('laws are tried on the same cases in every run', () => {
  expect(fc.readConfigureGlobal()).toEqual({ seed })
  const drawn: number[][] = [[], []]
  for (const numbers of drawn) fc.assert(fc.property(fc.integer(), (number) => void numbers.push(number)))
  expect(drawn[0]).toEqual(drawn[1])
})
