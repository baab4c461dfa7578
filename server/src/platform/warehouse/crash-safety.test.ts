import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../../../test/free-port.ts'
import { AppError } from '../errors.ts'
import { openEmbeddedWarehouse } from './embedded-warehouse.ts'
import { openServerWarehouse } from './server-warehouse.ts'
import { createFacts, factsOfBatch, wrongBatches } from './testing/facts.ts'
import type { Warehouse } from './warehouse.ts'

let folder: string
const children = new Set<ChildProcess>()

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hongyan-crash-'))
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
  await rm(folder, { recursive: true, force: true })
})

function startProcess(script: string, ...parameters: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'testing', script), ...parameters], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.add(child)
  const exited = once(child, 'exit').then(() => children.delete(child))
  return { child, lines: createInterface({ input: child.stdout }), exited }
}

async function firstLine(script: string, ...parameters: string[]): Promise<{ line: string; child: ChildProcess; exited: Promise<unknown> }> {
  const { child, lines, exited } = startProcess(script, ...parameters)
  const [line] = (await once(lines, 'line')) as [string]
  return { line, child, exited }
}

describe('a process that is killed while it inserts', () => {
  it('leaves every batch exactly once after the unacknowledged one is done again', async () => {
    const path = join(folder, 'chdb')
    let next = 0
    for (let kill = 0; kill < 8; kill += 1) {
      const { child, lines, exited } = startProcess('insert-process.ts', 'insert', path, String(next))
      const killAt = next + 1 + (kill % 3)
      for await (const line of lines) {
        next = Number(line) + 1
        if (next < killAt) continue
        // The next insert is under way; the delay moves the kill to another place in it each time.
        await wait(kill * 4)
        child.kill('SIGKILL')
      }
      await exited
    }
    const { line: leftovers, exited } = await firstLine('insert-process.ts', 'check', path, String(next))
    await exited
    expect({ leftovers, isTried: next >= 8 }).toEqual({ leftovers: '[]', isTried: true })

    const warehouse = await openEmbeddedWarehouse({ path })
    await warehouse.insertRows('facts', factsOfBatch(next), { token: `batch ${next}` })
    expect(await wrongBatches(warehouse, next + 1)).toEqual([])
    expect(await readdir(join(folder, 'chdb-spool'))).toEqual([])
    await warehouse.close()
  })

  it('does not take a block for written that was noted before its part was in place', async () => {
    const path = join(folder, 'chdb')
    const before = await openEmbeddedWarehouse({ path })
    await createFacts(before)
    await before.insertRows('facts', factsOfBatch(0), { token: 'batch 0' })
    await before.insertRows('facts', factsOfBatch(1), { token: 'batch 1' })
    await before.run({ sql: 'optimize table facts partition 202603 final' })
    const parts = await before.rows<{ path: string }>({ sql: `select path from system.parts where active and table = 'facts' and partition = '202602'` })
    await before.close()
    // What a kill between the two steps leaves: the note of a block, and no part. Of February, and of a batch that nobody will send again.
    expect(parts.length).toBeGreaterThan(0)
    for (const part of parts) await rm(part.path, { recursive: true })
    const log = join(parts[0]!.path, '..', 'deduplication_logs', 'deduplication_log_1.txt')
    await appendFile(log, '1\t202602_9_9_0\t202602_1_2\n')

    for (let start = 0; start < 2; start += 1) {
      const warehouse = await openEmbeddedWarehouse({ path })
      for (const batch of [0, 1, 2]) await warehouse.insertRows('facts', factsOfBatch(batch), { token: `batch ${batch}` })
      expect(await wrongBatches(warehouse, 3)).toEqual([])
      await warehouse.close()
    }
  })

  it('keeps a second process out while it lives, with an error that says why', async () => {
    const path = join(folder, 'chdb')
    const { child, exited } = await firstLine('insert-process.ts', 'insert', path, '0')
    await expect(openEmbeddedWarehouse({ path })).rejects.toMatchObject({ errorName: 'unavailable', en: expect.stringContaining('another process') })
    child.kill('SIGKILL')
    await exited
    const warehouse = await openEmbeddedWarehouse({ path })
    await warehouse.ping()
    await warehouse.close()
  })
})

describe('a server that is killed while it is written to', () => {
  it('answers `unavailable` until it is back, and has every batch exactly once in the end', async () => {
    const port = String(await freePort())
    let server = await firstLine('front-process.ts', folder, port)
    const url = server.line
    const warehouse = await openServerWarehouse({ url })
    await createFacts(warehouse)
    let failures = 0
    const killing = new AbortController()
    const killed = (async () => {
      for (let kill = 0; kill < 5; kill += 1) {
        await wait(150 + kill * 37)
        server.child.kill('SIGKILL')
        await server.exited
        server = await firstLine('front-process.ts', folder, port)
      }
      killing.abort()
    })()
    let batch = 0
    for (; !killing.signal.aborted; batch += 1) failures += await insertStubbornly(warehouse, batch)
    await killed
    expect(failures).toBeGreaterThan(0)
    expect(await wrongBatches(warehouse, batch)).toEqual([])
    server.child.kill('SIGKILL')
    await server.exited
    await expect(warehouse.ping()).rejects.toMatchObject({ errorName: 'unavailable' })
    await expect(warehouse.rows({ sql: 'select 1' })).rejects.toMatchObject({ errorName: 'unavailable' })
    await warehouse.close()
  })
})

/** Repeats a batch with its token until it is acknowledged, as the inbox does; answers how often it failed. */
async function insertStubbornly(warehouse: Warehouse, batch: number): Promise<number> {
  for (let failures = 0; ; failures += 1) {
    try {
      await warehouse.insertRows('facts', factsOfBatch(batch), { token: `batch ${batch}` })
      return failures
    } catch (error) {
      if (!(error instanceof AppError) || error.errorName !== 'unavailable') throw error
      await wait(25)
    }
  }
}
