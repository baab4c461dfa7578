/**
 * Codes of a store that cannot be reached, or that has no room, right now (node, and SQLSTATE classes 08, 57P and 53 of PostgreSQL,
 * appendix A).
 */
const codes = /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|ETIMEDOUT|ENOSPC|08\w{3}|57P0[1-5]|53\w{3})$/

/** What pg says without a code of connections that were lost or could not be had. */
const words = /connection terminated|timeout exceeded when trying to connect|connection is closed|client has encountered a connection error/i

/** Whether an error says that a store is away: whoever asked should come back, nothing is wrong with what was asked. */
export function isStoreAway(thrown: unknown): boolean {
  const { code, message, syscall } = (thrown ?? {}) as { code?: unknown; message?: unknown; syscall?: unknown }
  // The socket file of a PostgreSQL that is being started.
  if (code === 'ENOENT' && syscall === 'connect') return true
  if (typeof code === 'string' && codes.test(code)) return true
  return typeof message === 'string' && words.test(message)
}
