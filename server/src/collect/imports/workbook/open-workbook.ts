import { Readable } from 'node:stream'
import { fromRandomAccessReaderPromise, RandomAccessReader, type Entry, type ZipFile } from 'yauzl'
import { AppError } from '../../../platform/errors.ts'
import type { ImportFile } from '../import-file.ts'
import { DateFormats } from './number-formats.ts'
import { localName, readXml, type XmlHandler } from './read-xml.ts'

const entriesMax = 20_000
/** Of a part that is read whole, such as the styles. */
const smallPartBytesMax = 64 * 1024 * 1024
/** Sheets compress some 10 to 60 times. What unpacks to much more than it takes is made to fill a disk. */
const bombRatio = 300
const bombFromBytes = 100 * 1024 * 1024

export interface SheetPart {
  name: string
  hidden: boolean
  entry: Entry
}

/** An .xlsx that lies encrypted on disk: its parts are unpacked from there as they are read (ECMA-376, part 1). */
export class Workbook {
  readonly sheets: readonly SheetPart[]
  readonly isDate1904: boolean
  readonly #zip: ZipFile
  readonly #parts: ReadonlyMap<string, Entry>
  readonly #stringsPath: string | null
  readonly #stylesPath: string | null

  private constructor(
    zip: ZipFile,
    parts: ReadonlyMap<string, Entry>,
    found: { sheets: SheetPart[]; isDate1904: boolean; strings: string | null; styles: string | null },
  ) {
    this.#zip = zip
    this.#parts = parts
    this.sheets = found.sheets
    this.isDate1904 = found.isDate1904
    this.#stringsPath = found.strings
    this.#stylesPath = found.styles
  }

  /** Throws `validation` for a zip that is no workbook, is damaged, or unpacks to more than `bytesMax`. */
  static async open(file: ImportFile, { bytesMax }: { bytesMax: number }): Promise<Workbook> {
    try {
      const zip = await fromRandomAccessReaderPromise(new FileReader(file), file.bytes, { autoClose: false })
      const parts = await listParts(zip, bytesMax)
      const root = await relationsOf(zip, parts, '')
      const main = root.find(({ kind }) => kind === 'officeDocument')?.path ?? 'xl/workbook.xml'
      const entry = parts.get(main)
      if (!entry) throw noWorkbook()
      const book = await readBook(zip, entry)
      const relations = await relationsOf(zip, parts, main)
      const byId = new Map(relations.map((relation) => [relation.id, relation]))
      const sheets = book.sheets.flatMap(({ name, hidden, id }) => {
        const relation = byId.get(id)
        const sheetEntry = relation?.kind === 'worksheet' ? parts.get(relation.path) : undefined
        return sheetEntry ? [{ name, hidden, entry: sheetEntry }] : []
      })
      if (sheets.length === 0) throw noWorkbook()
      const pathOf = (kind: string) => relations.find((relation) => relation.kind === kind)?.path ?? null
      return new Workbook(zip, parts, { sheets, isDate1904: book.isDate1904, strings: pathOf('sharedStrings'), styles: pathOf('styles') })
    } catch (error) {
      throw asDamaged(error)
    }
  }

  /** The sheet with most to it among those people see: a workbook often begins with a page of instructions. */
  largestSheet(): number {
    const visible = this.sheets.filter((sheet) => !sheet.hidden)
    const candidates = visible.length > 0 ? visible : this.sheets
    const largest = candidates.reduce((best, sheet) => (sheet.entry.uncompressedSize > best.entry.uncompressedSize ? sheet : best))
    return this.sheets.indexOf(largest)
  }

  sheetXml(sheet: SheetPart): Promise<Readable> {
    return openPart(this.#zip, sheet.entry)
  }

  /** Its shared strings and how large they are unpacked; null when it has none. */
  async stringsXml(): Promise<{ xml: Readable; bytes: number } | null> {
    const entry = this.#stringsPath === null ? undefined : this.#parts.get(this.#stringsPath)
    return entry ? { xml: await openPart(this.#zip, entry), bytes: entry.uncompressedSize } : null
  }

  async dateFormats(): Promise<DateFormats> {
    const formats = new DateFormats()
    const entry = this.#stylesPath === null ? undefined : this.#parts.get(this.#stylesPath)
    if (entry) await readSmall(this.#zip, entry, formats.handler())
    return formats
  }

  close(): void {
    this.#zip.close()
  }
}

/** Random access into the encrypted file, as a reader of zip archives wants it. */
class FileReader extends RandomAccessReader {
  readonly #file: ImportFile

  constructor(file: ImportFile) {
    super()
    this.#file = file
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#file.stream({ start, end }))
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null)
  }
}

async function listParts(zip: ZipFile, bytesMax: number): Promise<Map<string, Entry>> {
  const parts = new Map<string, Entry>()
  if (zip.entryCount > entriesMax) throw tooLarge()
  for await (const entry of zip.eachEntry()) {
    const { uncompressedSize, compressedSize } = entry
    const isBomb = uncompressedSize > bombFromBytes && uncompressedSize > compressedSize * bombRatio
    if (uncompressedSize > bytesMax || isBomb) throw tooLarge()
    parts.set(entry.fileName.replace(/^\/+/, ''), entry)
  }
  return parts
}

interface Relation {
  id: string
  kind: string
  path: string
}

/** The relations of a part; of the whole package when `part` is empty. Kinds are the last word of their address, which both dialects share. */
async function relationsOf(zip: ZipFile, parts: ReadonlyMap<string, Entry>, part: string): Promise<Relation[]> {
  const folder = part.slice(0, part.lastIndexOf('/') + 1)
  const entry = parts.get(`${folder}_rels/${part.slice(folder.length)}.rels`)
  const relations: Relation[] = []
  if (!entry) return relations
  await readSmall(zip, entry, {
    open(name, attributes) {
      if (name !== 'Relationship') return
      const target = attributes['Target'] ?? ''
      const path = new URL(target, `zip:///${folder}`).pathname.replace(/^\/+/, '')
      relations.push({ id: attributes['Id'] ?? '', kind: (attributes['Type'] ?? '').split('/').at(-1)!, path: decodeURIComponent(path) })
    },
  })
  return relations
}

async function readBook(zip: ZipFile, entry: Entry): Promise<{ sheets: { name: string; hidden: boolean; id: string }[]; isDate1904: boolean }> {
  const book = { sheets: [] as { name: string; hidden: boolean; id: string }[], isDate1904: false }
  await readSmall(zip, entry, {
    open(name, attributes) {
      if (name === 'workbookPr') book.isDate1904 = attributes['date1904'] === '1' || attributes['date1904'] === 'true'
      if (name !== 'sheet') return
      const id = Object.entries(attributes).find(([key]) => key.includes(':') && localName(key) === 'id')?.[1] ?? ''
      book.sheets.push({ name: attributes['name'] ?? '', hidden: (attributes['state'] ?? 'visible') !== 'visible', id })
    },
  })
  return book
}

async function readSmall(zip: ZipFile, entry: Entry, handler: XmlHandler): Promise<void> {
  if (entry.uncompressedSize > smallPartBytesMax) throw tooLarge()
  for await (const _ of readXml(await openPart(zip, entry), handler)) void _
}

async function openPart(zip: ZipFile, entry: Entry): Promise<Readable> {
  if (entry.isEncrypted())
    throw new AppError('validation', { zh: '工作簿有密码，请取消密码后再上传', en: 'The workbook has a password; remove it and upload again' })
  return zip.openReadStreamPromise(entry)
}

/** What a damaged archive or part says, in words for whoever uploaded it; everything else as it is. */
export function asDamaged(error: unknown): unknown {
  if (error instanceof AppError || isSystemError(error)) return error
  return new AppError('validation', {
    zh: '工作簿已损坏，无法读取。请用表格软件打开后另存为 .xlsx 或「CSV UTF-8」再上传',
    en: 'The workbook is damaged. Open it in a spreadsheet, save it as .xlsx or "CSV UTF-8", and upload that',
    cause: error,
  })
}

/** Disk and file errors are ours; those of the unpacker (`Z_…`) are the file's. */
function isSystemError(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^E[A-Z]+$/.test(code)
}

function noWorkbook(): AppError {
  return new AppError('validation', {
    zh: '这是压缩包，不是 Excel 工作簿（.xlsx）。请上传 .xlsx、CSV 或 TSV',
    en: 'This is a zip archive, not an Excel workbook (.xlsx). Upload .xlsx, CSV or TSV',
  })
}

function tooLarge(): AppError {
  return new AppError('too-large', {
    zh: '工作簿解压后过大，已拒绝。请拆分，或另存为 CSV 再上传',
    en: 'The workbook unpacks to too much and was refused. Split it, or save it as CSV',
  })
}
