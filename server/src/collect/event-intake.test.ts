import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'

const kills = 7
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hongyan-intake-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function start(...parameters: string[]) {
  const script = path.join(import.meta.dirname, 'testing', 'fill-intake-process.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...parameters], { stdio: ['ignore', 'pipe', 'inherit'] })
  return { child, lines: createInterface({ input: child.stdout }), exited: once(child, 'exit') }
}

it('brings every event into every table it feeds exactly once, wherever the writing process is killed', async () => {
  const warehouse = path.join(folder, 'warehouse')
  let next = 0
  for (let kill = 0; kill < kills; kill += 1) {
    const { child, lines, exited } = start('insert', warehouse, String(next))
    const killAt = next + 1 + (kill % 2)
    let isKilled = false
    for await (const line of lines) {
      next = Number(line) + 1
      if (next < killAt) continue
      // The next batch is under way; the delay moves the kill to another of the tables each time.
      await wait(kill * 5)
      isKilled = child.kill('SIGKILL') || isKilled
    }
    await exited
    expect(isKilled).toBe(true)
  }
  const { lines, exited } = start('check', warehouse, String(next))
  let wrong = 'nothing said'
  for await (const line of lines) wrong = line
  await exited
  expect({ wrong, isTried: next >= kills }).toEqual({ wrong: '[]', isTried: true })
})
