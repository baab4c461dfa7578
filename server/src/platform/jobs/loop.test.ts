import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { createLog } from '../log.ts'
import { Loop, type LoopStep } from './loop.ts'

const waitOptions = { timeout: 180_000, interval: 20 }
const log = createLog({ level: 'fatal' })
const loops: Loop[] = []
afterEach(async () => {
  for (const loop of loops.splice(0)) await loop.stop(0)
})

function start(step: LoopStep, idleMs = 60_000): { loop: Loop; outcomes: string[] } {
  const outcomes: string[] = []
  const loop = new Loop({ name: 'test', idleMs, step, log, onStep: (outcome) => outcomes.push(outcome) })
  loops.push(loop)
  loop.start()
  return { loop, outcomes }
}

test('goes on at once while there is more, then waits', async () => {
  let left = 5
  const { outcomes } = start(async () => --left > 0)
  await vi.waitFor(() => expect(outcomes).toEqual(['busy', 'busy', 'busy', 'busy', 'idle']), waitOptions)
})

test('goes on after its pause', async () => {
  const { outcomes } = start(async () => false, 5)
  await vi.waitFor(() => expect(outcomes.length).toBeGreaterThan(3), waitOptions)
})

test('goes on when woken, also when that happens during a step', async () => {
  let finish: () => void = () => {}
  const { loop, outcomes } = start(() => new Promise((resolve) => (finish = () => resolve(false))))
  loop.wake()
  finish()
  await vi.waitFor(() => expect(outcomes).toHaveLength(1), waitOptions)
  await vi.waitFor(() => {
    finish()
    expect(outcomes).toHaveLength(2)
  }, waitOptions)
  loop.wake()
  await vi.waitFor(() => {
    finish()
    expect(outcomes).toHaveLength(3)
  }, waitOptions)
})

test('repeats a failed step after a pause that waking does not shorten', async () => {
  const attemptsMs: number[] = []
  const { loop, outcomes } = start(async () => {
    attemptsMs.push(performance.now())
    if (attemptsMs.length < 3) throw new Error('broken')
    return false
  })
  const waking = setInterval(() => loop.wake(), 5)
  await vi.waitFor(() => expect(outcomes.slice(0, 3)).toEqual(['failed', 'failed', 'idle']), waitOptions)
  clearInterval(waking)
  expect(attemptsMs[1]! - attemptsMs[0]!).toBeGreaterThan(200)
  expect(attemptsMs[2]! - attemptsMs[1]!).toBeGreaterThan(400)
})

test('lets the running step finish when stopped, and begins no other', async () => {
  let finished = 0
  const { loop } = start(async () => {
    await sleep(100)
    finished += 1
    return true
  })
  await sleep(0)
  await loop.stop(5_000)
  expect(finished).toBe(1)
})

test('aborts the signal of a step that goes on after the grace', async () => {
  const { loop, outcomes } = start(
    (signal) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => {
          resolve(false)
        }),
      ),
  )
  await loop.stop(50)
  expect(outcomes).toEqual(['idle'])
})
