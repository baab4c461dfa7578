/** The condition is marked by comments of ours; no user's text stands in a statement. */
const [from, to] = ['/*narrow*/', '/*wide*/']
const marked = /\/\*narrow\*\/[\s\S]*?\/\*wide\*\//g

/** A condition that leaves less to gather, and reads something of its own for that. */
export function narrowing(condition: string): string {
  return `${from}${condition}${to}`
}

/** The statement without such conditions, to be explained: what they read the engine reads even when it only plans. */
export function withoutNarrowing(sql: string): string {
  return sql.replaceAll(marked, '1')
}
