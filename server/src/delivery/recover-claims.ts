import { sql } from 'kysely'
import type { Platform } from '../platform/platform.ts'
import { isAlive } from './sender-name.ts'

/** A claim this old is lost even when its sender is alive: every provider call has ended long before. */
const leaseMinutes = 15
/** Carriers report for up to three days. */
const receiptHours = 72
const pageSize = 5000

/**
 * Claims of dead senders become `unknown`: nobody knows whether they were sent, so nobody sends them again by itself. Runs at start and
 * every few seconds. Answers how many.
 */
export async function recoverClaims(platform: Platform): Promise<number> {
  const { rows } = await sql`
    update messages set state = 'unknown', failure_code = coalesce(failure_code, 'interrupted')
    where id in (
      select id from messages
      where state = 'claimed' and (claimed_at < ${platform.clock.now()}::timestamptz - make_interval(mins => ${leaseMinutes})
        or claimed_by not in (
          select claimed_by from (select distinct claimed_by from messages where state = 'claimed') as senders where ${isAlive(sql`claimed_by`)}))
      order by id limit ${pageSize} for update skip locked)
    and state = 'claimed'
    returning id`.execute(platform.db)
  if (rows.length > 0) {
    platform.log.warn({ messages: rows.length }, 'messages whose sending was interrupted are unknown now')
    lostCounter(platform).inc({ cause: 'interrupted' }, rows.length)
  }
  return rows.length
}

/** Accepted messages that never got a receipt become `unknown`. Answers how many, at most a page. */
export async function expireReceipts(platform: Platform): Promise<number> {
  const { rows } = await sql`
    update messages set state = 'unknown', failure_code = 'noReceipt'
    where id in (
      select id from messages where state = 'accepted' and accepted_at < ${platform.clock.now()}::timestamptz - make_interval(hours => ${receiptHours})
      order by accepted_at limit ${pageSize} for update skip locked)
    and state = 'accepted'
    returning id`.execute(platform.db)
  if (rows.length > 0) lostCounter(platform).inc({ cause: 'noReceipt' }, rows.length)
  return rows.length
}

function lostCounter(platform: Platform) {
  return platform.metrics.counter({ name: 'hongyan_messages_unknown_total', help: 'Messages that became unknown after the fact, by cause', labels: ['cause'] })
}
