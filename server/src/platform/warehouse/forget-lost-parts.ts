import { appendFile, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Warehouse } from './warehouse.ts'

interface Table {
  /** Quoted, with its database. */
  name: string
  path: string
  /** Names of the parts that hold its rows. */
  parts: string[]
}

interface LogEntry {
  part: string
  /** The line without its operation. */
  text: string
}

/** Operations in a table's log of deduplication, one line each: operation, part and block with tabs between. */
const added = '1'
const dropped = '2'

/**
 * Makes every table forget the blocks whose part is not there. The engine notes a block in the table's log before it moves the block's part into
 * place, so that a process killed between the two is left with a block that counts as written and is not: doing the batch again would lose its rows.
 * To be called before anything is inserted. Answers how many blocks were forgotten.
 */
export async function forgetLostParts(warehouse: Warehouse): Promise<number> {
  const tables = await warehouse.rows<Table>({
    sql: `select concat('\`', database, '\`.\`', table, '\`') as name, data_paths[1] as path, groupArrayIf(part, part != '') as parts
      from (select database, name as table, data_paths from system.tables where engine like '%MergeTree' and database != 'system' and notEmpty(data_paths)) as tables
      left join (select database, table, name as part from system.parts where active) as active_parts using (database, table)
      group by database, table, path`,
  })
  let forgotten = 0
  for (const table of tables) forgotten += await forgetInTable(warehouse, table)
  return forgotten
}

async function forgetInTable(warehouse: Warehouse, { name, path, parts }: Table): Promise<number> {
  const folder = join(path, 'deduplication_logs')
  const files = await logFiles(folder)
  const newest = files.at(-1)
  if (newest === undefined) return 0
  const holdings = new Holdings(parts)
  const lost = (await readEntries(files)).filter(({ part }) => !holdings.holds(part))
  if (lost.length === 0) return 0
  // Detached, the table lets go of its log; attached, it reads it again.
  await warehouse.run({ sql: `detach table ${name}` })
  try {
    await appendFile(newest, lost.map(({ text }) => `${dropped}\t${text}\n`).join(''))
  } finally {
    await warehouse.run({ sql: `attach table ${name}` })
  }
  return lost.length
}

/** Log files of a table, oldest first; none for a table without deduplication. */
async function logFiles(folder: string): Promise<string[]> {
  const numberOf = (file: string) => Number(/(\d+)\.txt$/.exec(file)?.[1])
  const files = await readdir(folder).catch(() => [])
  return files
    .filter((file) => Number.isInteger(numberOf(file)))
    .toSorted((one, other) => numberOf(one) - numberOf(other))
    .map((file) => join(folder, file))
}

/** Blocks that the table takes for written. A last line that was cut off by a kill is none, to the engine neither. */
async function readEntries(files: readonly string[]): Promise<LogEntry[]> {
  const entries = new Map<string, LogEntry>()
  for (const file of files) {
    for (const line of (await readFile(file, 'utf8')).split('\n')) {
      const [operation, part, block] = line.split('\t')
      if (part === undefined || block === undefined) continue
      if (operation === added) entries.set(block, { part, text: `${part}\t${block}` })
      else entries.delete(block)
    }
  }
  return [...entries.values()]
}

/** Ranges of blocks that are there, by partition: a part is named `partition_first_last_level[_mutation]`, and a merged one holds those of its sources. */
class Holdings {
  readonly #ranges = new Map<string, [first: number, last: number][]>()

  constructor(parts: readonly string[]) {
    for (const part of parts) {
      const { partition, first, last } = rangeOf(part)
      const ranges = this.#ranges.get(partition)
      if (ranges) ranges.push([first, last])
      else this.#ranges.set(partition, [[first, last]])
    }
  }

  holds(part: string): boolean {
    const asked = rangeOf(part)
    return this.#ranges.get(asked.partition)?.some(([first, last]) => first <= asked.first && asked.last <= last) ?? false
  }
}

function rangeOf(part: string): { partition: string; first: number; last: number } {
  const [partition = '', first, last] = part.split('_')
  return { partition, first: Number(first), last: Number(last) }
}
