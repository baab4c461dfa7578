import { expect, it } from 'vitest'
import { freeName } from './free-name.ts'

it('counts up from two until nobody has the name', () => {
  expect(freeName('a', [])).toBe('a')
  expect(freeName('a', ['a', 'a 2', 'a 4'])).toBe('a 3')
})
