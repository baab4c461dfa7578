import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Client } from '../../../contracts/client.ts'
import { collectRoutes } from '../../../contracts/collect.ts'
import { toAppError } from '../../src/platform/http/problems.ts'
import { until } from '../live-server.ts'
import { ProductProcess } from './product-process.ts'
import { startSenders } from './senders.ts'

let product: ProductProcess | undefined
afterEach(async () => {
  await product?.stop()
  product = undefined
})

const pause = (durationMs: number) => new Promise((resolve) => setTimeout(resolve, durationMs))

/** Waits until nothing waits any more, then says how many events the warehouse has, and how many the source was credited with. */
async function countStored(client: Client, workspaceId: number): Promise<{ events: number; accepted: number; quarantined: number }> {
  const params = { workspaceId }
  const inbox = await until(
    () => client.call(collectRoutes.readInbox, { params }).catch(() => null),
    (state) => state?.waiting === 0,
  )
  const { items } = await client.call(collectRoutes.listEventSchemas, { params, query: {} })
  const { items: sources } = await client.call(collectRoutes.listSources, { params })
  return {
    events: items.find(({ event }) => event === 'Product Viewed')?.count ?? 0,
    accepted: sources.reduce((sum, { eventsAccepted }) => sum + eventsAccepted, 0),
    quarantined: (inbox?.failed ?? 0) + (inbox?.quarantined ?? 0),
  }
}

test('whatever was acknowledged is stored once, however often the product is killed', async () => {
  product = await ProductProcess.start()
  const { client, writeKey, workspaceId } = await product.signIn()
  const senders = startSenders({ url: product.url, writeKey, count: 10, eventsPerBatch: 20 })
  for (let round = 0; round < 3; round++) {
    await pause(400 + Math.random() * 1_600)
    await product.kill()
    await product.startAgain()
  }
  await pause(1_000)
  const acknowledged = await senders.finish()
  console.info(`killed 3 times; answers ${JSON.stringify([...senders.statuses])}; ${acknowledged} events acknowledged`)
  expect(await countStored(client, workspaceId)).toEqual({ events: acknowledged, accepted: acknowledged, quarantined: 0 })
  expect([...senders.statuses.keys()].filter((status) => ![0, 200, 503].includes(status))).toEqual([])
})

test('while PostgreSQL is restarted senders are asked to try again, and nothing is lost', async () => {
  product = await ProductProcess.start()
  const { client, writeKey, workspaceId } = await product.signIn()
  const senders = startSenders({ url: product.url, writeKey, count: 10, eventsPerBatch: 20 })
  // An orderly restart, one that throws connections off, and a crash.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGKILL'] as const) {
    await pause(1_200)
    const pid = product.postgresPid()!
    process.kill(pid, signal)
    // SIGTERM waits for connections to end by themselves; ours never do.
    if (signal === 'SIGTERM') await pause(500).then(() => process.kill(pid, 'SIGINT'))
    const isAnother = () => ![pid, null].includes(product!.postgresPid())
    await until(async () => isAnother() && (await fetch(`${product!.url}/readyz`)).ok, Boolean)
  }
  await pause(1_000)
  const acknowledged = await senders.finish()
  if (senders.statuses.has(500)) console.info([...new Set(product.output.match(/"message":"[^"]*"/g))].join('\n'))
  console.info(`restarted 3 times; answers ${JSON.stringify([...senders.statuses])}; ${acknowledged} events acknowledged`)
  expect(await countStored(client, workspaceId)).toEqual({ events: acknowledged, accepted: acknowledged, quarantined: 0 })
  expect(senders.statuses.get(503)).toBeGreaterThan(0)
  expect(senders.withoutRetryAfter).toBe(0)
  expect([...senders.statuses.keys()].filter((status) => ![200, 503].includes(status))).toEqual([])
})

test('on a full disk senders are asked to try again, and nothing is lost', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hongyan-small-disk-'))
  const disk = smallDisk(folder)
  if (disk === null) return expectFullIsAway(folder)
  try {
    product = await ProductProcess.start(path.join(folder, 'data'))
    const { client, writeKey, workspaceId } = await product.signIn()
    const senders = startSenders({ url: product.url, writeKey, count: 6, eventsPerBatch: 20 })
    await pause(1_500)
    disk.fill()
    await until(
      async () => senders.statuses.get(503) ?? 0,
      (count) => count > 5,
    )
    disk.free()
    await until(async () => (await fetch(`${product!.url}/readyz`)).ok, Boolean)
    await pause(1_000)
    const acknowledged = await senders.finish()
    console.info(`disk full; answers ${JSON.stringify([...senders.statuses])}; ${acknowledged} events acknowledged`)
    expect(await countStored(client, workspaceId)).toEqual({ events: acknowledged, accepted: acknowledged, quarantined: 0 })
    expect([...senders.statuses.keys()].filter((status) => ![200, 503].includes(status))).toEqual([])
  } finally {
    await product?.stop()
    product = undefined
    disk.remove()
    fs.rmSync(folder, { recursive: true, force: true })
  }
  return undefined
})

/** Where tests may not mount a disk, a device that is always full: what it and PostgreSQL say of no room asks the sender to try again. */
function expectFullIsAway(folder: string): void {
  fs.rmSync(folder, { recursive: true, force: true })
  expect(toAppError(whatFullSays()).error).toMatchObject({ errorName: 'unavailable', retryAfterSeconds: 5 })
  expect(toAppError(Object.assign(new Error('could not extend file'), { code: '53100' })).error.errorName).toBe('unavailable')
}

function whatFullSays(): unknown {
  const file = fs.openSync('/dev/full', 'w')
  try {
    return fs.writeSync(file, 'x')
  } catch (error) {
    return error
  } finally {
    fs.closeSync(file)
  }
}

/** A disk of its own, small enough to be filled; null where tests may not mount one. */
function smallDisk(folder: string): { fill(): void; free(): void; remove(): void } | null {
  fs.chmodSync(folder, 0o755)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=700m,mode=755', 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    return null
  }
  fs.mkdirSync(path.join(folder, 'data'))
  const filler = path.join(folder, 'filler')
  return {
    fill() {
      const file = fs.openSync(filler, 'w')
      const block = Buffer.alloc(1024 * 1024)
      try {
        for (;;) fs.writeSync(file, block)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      } finally {
        fs.closeSync(file)
      }
    },
    free: () => fs.rmSync(filler),
    remove: () => execFileSync('umount', ['-l', folder]),
  }
}
