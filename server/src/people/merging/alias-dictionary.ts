import type { Platform } from '../../platform/platform.ts'

/** A text as ClickHouse reads it in quotes. */
const quoted = (text: string) => `'${text.replace(/[\\']/g, (character) => `\\${character}`)}'`

/**
 * The statement that makes the dictionary of former ids for a server whose own user is not `default` without a password: the server reads its own
 * view as the user of the address. Null where the one of the migration will do.
 */
export function dictionaryForUser(url: string): string | null {
  const { username, password } = new URL(url)
  if ((username === '' || username === 'default') && password === '') return null
  const user = quoted(username === '' ? 'default' : decodeURIComponent(username))
  return `create or replace dictionary person_alias (alias_id UInt64, shift UInt32)
    primary key alias_id source(clickhouse(user ${user} password ${quoted(decodeURIComponent(password))} table 'person_shifts')) layout(flat(max_array_size 4294967296)) lifetime(0)`
}

const prepared = new WeakSet<Platform>()

/** Once per process, before the first use: the address's user and password may have changed since the last start. */
export async function prepareDictionary(platform: Platform): Promise<void> {
  if (prepared.has(platform)) return
  const { url } = platform.config.warehouse
  const statement = url === null ? null : dictionaryForUser(url)
  if (statement !== null) await platform.warehouse.run({ sql: statement })
  prepared.add(platform)
}
