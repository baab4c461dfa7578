import { sql } from 'kysely'
import { AppError, errorMessage } from '../platform/errors.ts'
import type { Platform } from '../platform/platform.ts'
import { isStoreAway } from '../platform/store-away.ts'
import { WarehouseError } from '../platform/warehouse/warehouse-errors.ts'
import type { Chunk } from './chunk.ts'
import { splitChunk } from './split-chunk.ts'

/** What an error says about a chunk: a store is away, its data was refused, or nothing clear. */
type Verdict = 'away' | 'refused' | 'unclear'

/** Failures of a kind after which a chunk is split, or a single item is set aside. */
const failuresMax: Record<Exclude<Verdict, 'away'>, number> = { refused: 2, unclear: 4 }
const pauseSecondsMax = 60

/** Connection lost or refused, out of resources, shut down, or two transactions in each other's way (PostgreSQL's error classes). */
const awayCode = /^(?:08|53|57|58|40|55)/
/** Data exception or broken constraint. */
const refusedCode = /^(?:22|23)/
const systemCode = /^E[A-Z]+$/

/**
 * Puts a chunk back after an error. A store that is away costs the chunk nothing: it is the next to be taken, and the caller should pause.
 * Refused data is tried once more, then the chunk is split, and split again, until the item at fault stands alone and is set aside.
 */
export async function giveBackChunk(platform: Platform, chunk: Chunk, error: unknown): Promise<{ isAway: boolean }> {
  const verdict = verdictOn(error)
  const message = errorMessage(error)
  if (verdict === 'away') {
    await sql`
      update inbox_chunks set leased_until = now(), away_since = coalesce(away_since, ${platform.clock.now()}), error = ${message.slice(0, 1000)}
      where id = ${chunk.id} and lease_owner = ${chunk.leaseOwner}`.execute(platform.db)
    return { isAway: true }
  }
  const failures = chunk.failures + 1
  platform.log.warn({ error, chunk: chunk.id, kind: chunk.kind, failures, verdict }, 'a chunk of the inbox failed')
  const isPart = chunk.splitFrom !== null && verdict === 'refused'
  if (isPart || failures >= failuresMax[verdict]) {
    await splitChunk(platform, chunk, message)
    return { isAway: false }
  }
  const pauseSeconds = verdict === 'refused' ? 0 : Math.min(2 ** failures, pauseSecondsMax)
  await sql`
    update inbox_chunks set leased_until = now() + make_interval(secs => ${pauseSeconds}), failures = ${failures}, error = ${message.slice(0, 1000)}
    where id = ${chunk.id} and lease_owner = ${chunk.leaseOwner}`.execute(platform.db)
  return { isAway: false }
}

function verdictOn(error: unknown): Verdict {
  if (error instanceof AppError) return error.errorName === 'unavailable' ? 'away' : 'unclear'
  if (error instanceof WarehouseError || error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) return 'refused'
  const code = (error as { code?: unknown } | null)?.code
  if (typeof code === 'string') {
    if (awayCode.test(code) || systemCode.test(code)) return 'away'
    if (refusedCode.test(code)) return 'refused'
  }
  return isStoreAway(error) ? 'away' : 'unclear'
}
