import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Platform } from '../../platform/platform.ts'
import { createSource } from '../sources/create-source.ts'
import { takeShare } from './source-share.ts'

let kit: TestKit
let source: { workspaceId: number; sourceId: string }
/** What a process holds in memory hangs on its platform: two of them on one database are two processes. */
let processes: [Platform, Platform]

beforeAll(async () => {
  kit = await startTestKit()
})
afterAll(async () => kit?.stop())
beforeEach(async () => {
  const ctx = await kit.workspace()
  source = { workspaceId: ctx.workspaceId, sourceId: (await createSource(ctx, { name: '商城' })).id }
  processes = [{ ...kit.platform }, { ...kit.platform }]
})

it('lets in at two processes together no more than the limit', async () => {
  const ask = { ...source, perSecond: 1_000 }
  const startedAt = performance.now()
  const taken = [0, 0]
  // Each asks for far more than a second's worth, for as long as it takes to have asked the database several times.
  while (performance.now() - startedAt < 3_200 || taken[0]! + taken[1]! < 2_000 || Math.min(...taken) === 0) {
    for (const [index, platform] of processes.entries()) if ((await takeShare(platform, ask, 50)) === 0) taken[index]! += 50
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const seconds = (performance.now() - startedAt) / 1000
  // A burst of two seconds, what was refilled, and at each process one batch that was let in whole.
  expect(taken[0]! + taken[1]!).toBeLessThanOrEqual((2 + seconds) * 1_000 + 2 * 50)
})

it('has one process work off what another let in', async () => {
  const ask = { ...source, perSecond: 10 }
  const [first, second] = processes
  expect(await takeShare(first, ask, 5_000)).toBe(0)
  expect(await takeShare(first, ask, 0)).toBeGreaterThan(100)
  // Told with the first one's next question, and seen with the second one's.
  await vi.waitFor(
    async () => {
      await takeShare(first, ask, 0)
      expect(await takeShare(second, ask, 0)).toBeGreaterThan(100)
    },
    { timeout: 180_000, interval: 200 },
  )
})
