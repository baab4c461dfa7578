import { expect, it } from 'vitest'
import { orderLines } from './item-words.ts'

it('names a line of an order by the usual words, else by the longest of its texts', () => {
  expect(orderLines([{ sku: 'A1', name: 'Green tea', quantity: '2', price: 59 }])).toEqual([{ name: 'Green tea', quantity: 2, price: 59, rest: 'sku A1' }])
  expect(orderLines([{ kind: 'tea', article: 'Green tea 100 g', code: '301' }])).toEqual([
    { name: 'Green tea 100 g', quantity: null, price: null, rest: 'kind tea · code 301' },
  ])
  expect(orderLines([{ code: 7 }, 'Oolong', null])).toEqual([
    { name: '–', quantity: null, price: null, rest: 'code 7' },
    { name: 'Oolong', quantity: null, price: null, rest: '' },
  ])
})
