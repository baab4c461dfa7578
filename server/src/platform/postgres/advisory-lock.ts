import type pg from 'pg'

/** The numbers of all advisory locks of the product, so that no two uses meet. With a second number they name one thing of a kind. */
export const advisoryLocks = {
  migratePostgres: 730_112_901,
  recurringTask: 730_112_902,
  jobTaker: 730_112_903,
  migrateWarehouse: 730_112_904,
  installation: 730_112_905,
} as const

/** Runs `work` while no other process of the installation holds the lock; waits for it. */
export async function withAdvisoryLock<Answer>(pool: pg.Pool, lock: number, work: (client: pg.PoolClient) => Promise<Answer>): Promise<Answer> {
  const client = await pool.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [lock])
    const answer = await work(client)
    await client.query('select pg_advisory_unlock($1)', [lock])
    client.release()
    return answer
  } catch (error) {
    // Closing the connection also gives the lock back.
    client.release(true)
    throw error
  }
}
