import { expect, it } from 'vitest'
import { movePriority } from './move-priority.ts'

const row = (key: string, priority: number, strength: 'strong' | 'medium' = 'strong') => ({ key, priority, strength })
const rows = [row('a', 10), row('b', 20), row('c', 30), row('d', 5, 'medium')]

it('moves up and down into the room between neighbours', () => {
  expect(movePriority(rows, 'c', 'a')).toEqual([{ key: 'c', priority: 5 }])
  expect(movePriority(rows, 'c', 'b')).toEqual([{ key: 'c', priority: 15 }])
  expect(movePriority(rows, 'a', 'b')).toEqual([{ key: 'a', priority: 25 }])
  expect(movePriority(rows, 'a', 'c')).toEqual([{ key: 'a', priority: 40 }])
})

it('numbers its strength anew where there is no room', () => {
  expect(movePriority([row('a', 1), row('b', 2), row('c', 3)], 'c', 'a')).toEqual([
    { key: 'c', priority: 10 },
    { key: 'a', priority: 20 },
    { key: 'b', priority: 30 },
  ])
})

it('leaves strength before priority', () => {
  expect(movePriority(rows, 'd', 'a')).toEqual([])
  expect(movePriority(rows, 'a', 'a')).toEqual([])
})
