import { cleanLines, jsonLinesOf } from './json-lines.ts'
import { piecesOf, type Piece } from './pieces.ts'
import { checkTableName } from './sql-text.ts'
import type { InsertRow, Statement, Warehouse } from './warehouse.ts'

/** What both adapters do alike. */
export abstract class WarehouseAdapter implements Warehouse {
  abstract readonly kind: Warehouse['kind']

  abstract rows<Row>(statement: Statement): Promise<Row[]>
  abstract stream(statement: Statement, format: 'TabSeparated' | 'JSONEachRow'): AsyncIterable<Buffer>
  abstract run(statement: Statement, options?: { token?: string }): Promise<void>
  abstract close(): Promise<void>
  /** Writes one piece as one block under its token. */
  protected abstract insertPiece(table: string, piece: Piece): Promise<void>

  async row<Row>(statement: Statement): Promise<Row> {
    const rows = await this.rows<Row>(statement)
    const [row] = rows
    if (row === undefined || rows.length > 1) throw new Error(`The warehouse answered ${rows.length} rows where exactly one was expected`)
    return row
  }

  async insertRows(table: string, rows: Iterable<InsertRow> | AsyncIterable<InsertRow>, options: { token: string }): Promise<void> {
    await this.#insert(table, jsonLinesOf(rows), options.token)
  }

  async insertJsonLines(table: string, lines: Buffer | AsyncIterable<Buffer>, options: { token: string }): Promise<void> {
    await this.#insert(table, Buffer.isBuffer(lines) ? [lines] : lines, options.token)
  }

  async ping(): Promise<void> {
    await this.row({ sql: 'select 1 as alive', limits: { secondsMax: 5 } })
  }

  async #insert(table: string, lines: AsyncIterable<Buffer> | Iterable<Buffer>, token: string): Promise<void> {
    if (token === '') throw new Error('A batch needs a deduplication token')
    for await (const piece of piecesOf(cleanLines(lines), token)) await this.insertPiece(checkTableName(table), piece)
  }
}
