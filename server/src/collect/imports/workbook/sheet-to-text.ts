import { randomUUID } from 'node:crypto'
import type { Platform } from '../../../platform/platform.ts'
import { ImportFile, writeImportFile } from '../import-file.ts'
import { TextInspector } from '../text-inspector.ts'
import { asDamaged, Workbook } from './open-workbook.ts'
import { readSheet, type SheetRow } from './read-sheet.ts'
import { readSharedStrings } from './shared-strings.ts'

/** A sheet as delimited text, in a file of its own. */
export interface SheetText {
  name: string
  inspector: TextInspector
  /** Rows with anything in them. */
  rows: number
}

interface SheetAsk {
  workspaceId: number
  /** File of the workbook in the folder of imports. */
  workbook: string
  sheet: number
  bytesMax: number
  /** Told often how much of the sheet is done, 0 to 1. */
  onProgress(share: number): void
}

/**
 * Writes one sheet of a workbook as UTF-8 text, so that everything after works as with any text, the byte offset of a restart among it. Line
 * numbers are those of the spreadsheet: empty rows stay, line breaks inside a cell become blanks. Memory does not grow with the sheet.
 */
export async function sheetToText(platform: Platform, ask: SheetAsk): Promise<SheetText> {
  const workbook = await Workbook.open(await ImportFile.open(platform, ask.workspaceId, ask.workbook), { bytesMax: ask.bytesMax })
  const strings = await workbook
    .stringsXml()
    .then((source) => readSharedStrings(platform, ask.workspaceId, source))
    .catch((error: unknown) => {
      workbook.close()
      throw asDamaged(error)
    })
  try {
    const part = workbook.sheets[ask.sheet]
    if (!part) throw new Error('There is no such sheet')
    const formats = await workbook.dateFormats()
    const name = `${randomUUID()}.upload`
    const inspector = new TextInspector()
    const counted = { rows: 0 }
    const sheet = readSheet({ xml: await workbook.sheetXml(part), formats, strings, isDate1904: workbook.isDate1904 })
    const progress = (bytesRead: number) => ask.onProgress(Math.min(1, bytesRead / Math.max(1, part.entry.uncompressedSize)))
    await writeImportFile(platform, ask.workspaceId, name, inspector.watch(linesOf(sheet, { counted, progress })))
    return { name, inspector, rows: counted.rows }
  } catch (error) {
    throw asDamaged(error)
  } finally {
    await strings.close()
    workbook.close()
  }
}

async function* linesOf(
  sheet: AsyncIterable<{ rows: SheetRow[]; bytesRead: number }>,
  { counted, progress }: { counted: { rows: number }; progress(bytesRead: number): void },
): AsyncGenerator<Buffer> {
  let line = 1
  for await (const { rows, bytesRead } of sheet) {
    let text = ''
    for (const { number, values } of rows) {
      if (number > line) text += '\n'.repeat(number - line)
      text += `${values.map(quoted).join(',')}\n`
      line = number + 1
      if (values.length > 0) counted.rows += 1
    }
    yield Buffer.from(text)
    progress(bytesRead)
  }
}

function quoted(value: string | undefined): string {
  if (value === undefined) return ''
  const flat = /[\r\n]/.test(value) ? value.replace(/\r\n|\r|\n/g, ' ') : value
  return /[",]/.test(flat) ? `"${flat.replaceAll('"', '""')}"` : flat
}
