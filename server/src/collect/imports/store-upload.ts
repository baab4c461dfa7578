import { randomUUID } from 'node:crypto'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { ImportEncoding } from '../../../../contracts/import-setup.ts'
import type { Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import { convertText } from './convert-text.ts'
import { deleteImportFile, writeImportFile } from './import-file.ts'
import { limitBytes } from './limit-bytes.ts'
import { TextInspector } from './text-inspector.ts'

export interface StoredText {
  kind: 'text'
  /** Name of the file in the folder of imports. */
  name: string
  /** What the file was written in; it is kept as UTF-8. */
  encoding: ImportEncoding
  /** The file as it came, where it was written in another encoding: it may be read in another one yet. */
  original: string | null
  bytes: number
  lineBreaks: number
  /** The first half megabyte as text, and whether that is all. */
  head: string
  headIsWhole: boolean
}

/** An .xlsx as it came; its sheets are looked at later. */
export interface StoredWorkbook {
  kind: 'workbook'
  name: string
  bytes: number
}

/**
 * Streams an upload into an encrypted file: a zip as it is, all else as UTF-8 text: gzip is unpacked; UTF-16, GBK and GB18030 are converted.
 * Throws `validation` for what is neither, `unavailable` when the disk is full, and leaves no file behind then.
 */
export async function storeUpload(ctx: Context, upload: Readable): Promise<StoredText | StoredWorkbook> {
  const { platform, workspaceId } = ctx
  const name = `${randomUUID()}.upload`
  const inspector = new TextInspector()
  const start = await peek(upload)
  refuseBinary(start.first)
  if (start.first.subarray(0, 4).equals(zipMagic)) return storeWorkbook(ctx, start.all)
  const unpacked = start.first.subarray(0, 2).equals(gzipMagic) ? await peek(gunzip(start.all)) : start
  refuseBinary(unpacked.first)
  const bom = bomOf(unpacked.first)
  await writeImportFile(
    platform,
    workspaceId,
    name,
    inspector.watch(limitBytes(platform.config.uploadBytesMax, withoutFirst(unpacked.all, bom === 'utf-8' ? 3 : 0))),
  )
  try {
    if (inspector.bytes === 0) throw new AppError('validation', { zh: '文件是空的', en: 'The file is empty' })
    const encoding = encodingOf(inspector, bom)
    if (encoding === 'utf-8') return stored(inspector, { name, encoding, original: null })
    const converted = await convertText(ctx, { from: name, encoding, problem: (cause) => unknownEncoding(inspector.invalidLine ?? 1, cause) })
    return stored(converted.inspector, { name: converted.name, encoding, original: name })
  } catch (error) {
    await deleteImportFile(platform, name)
    throw error
  }
}

async function storeWorkbook(ctx: Context, content: AsyncIterable<Buffer>): Promise<StoredWorkbook> {
  const name = `${randomUUID()}.workbook`
  let bytes = 0
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of limitBytes(ctx.platform.config.uploadBytesMax, content)) {
      bytes += chunk.length
      yield chunk
    }
  }
  await writeImportFile(ctx.platform, ctx.workspaceId, name, counted())
  return { kind: 'workbook', name, bytes }
}

function stored(inspector: TextInspector, kept: Pick<StoredText, 'name' | 'encoding' | 'original'>): StoredText {
  const head = inspector.head()
  return {
    kind: 'text',
    ...kept,
    bytes: inspector.bytes,
    lineBreaks: inspector.lineBreaks,
    head: head.toString('utf8'),
    headIsWhole: head.length === inspector.bytes,
  }
}

function unknownEncoding(line: number, cause: unknown): AppError {
  return new AppError('validation', {
    zh: `无法识别文件的编码：从第 ${line} 行起既不是 UTF-8 也不是 GBK。请在表格软件中另存为「CSV UTF-8」后再上传`,
    en: `The encoding of the file is unknown: from line ${line} on it is neither UTF-8 nor GBK. Save it as "CSV UTF-8" and upload it again`,
    cause,
  })
}

function encodingOf(inspector: TextInspector, bom: ImportEncoding | null): ImportEncoding {
  if (bom) return bom
  const utf16 = utf16WithoutMark(inspector.head())
  if (utf16) return utf16
  return inspector.invalidLine === null ? 'utf-8' : 'gb18030'
}

function bomOf(first: Buffer): ImportEncoding | null {
  if (first[0] === 0xef && first[1] === 0xbb && first[2] === 0xbf) return 'utf-8'
  if (first[0] === 0xff && first[1] === 0xfe) return 'utf-16le'
  return first[0] === 0xfe && first[1] === 0xff ? 'utf-16be' : null
}

/** Text with many ASCII characters has a zero in every second byte when it is UTF-16. */
function utf16WithoutMark(head: Buffer): ImportEncoding | null {
  const sample = head.subarray(0, 4096)
  let even = 0
  let odd = 0
  sample.forEach((byte, index) => {
    if (byte !== 0) return
    if (index % 2 === 0) even += 1
    else odd += 1
  })
  if (even + odd === 0) return null
  if (odd > sample.length / 8 && even === 0) return 'utf-16le'
  if (even > sample.length / 8 && odd === 0) return 'utf-16be'
  throw noText()
}

const gzipMagic = Buffer.from([0x1f, 0x8b])
const zipMagic = Buffer.from([0x50, 0x4b, 0x03, 0x04])
const oldExcelMagic = Buffer.from([0xd0, 0xcf, 0x11, 0xe0])

function refuseBinary(first: Buffer): void {
  if (!first.subarray(0, 4).equals(oldExcelMagic)) return
  throw new AppError('validation', {
    zh: '这是旧版 Excel（.xls）或有密码的工作簿。请取消密码，另存为 .xlsx 或「CSV UTF-8」后再上传',
    en: 'This is an old Excel file (.xls) or a workbook with a password. Remove the password, save it as .xlsx or "CSV UTF-8" and upload that',
  })
}

function noText(): AppError {
  return new AppError('validation', { zh: '这不是文本文件，请上传 CSV、TSV 或 .xlsx', en: 'This is not a text file; upload CSV, TSV or .xlsx' })
}

async function* gunzip(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const unpacked = createGunzip()
  pipeline(Readable.from(content), unpacked, () => {})
  try {
    for await (const chunk of unpacked) yield chunk as Buffer
  } catch (error) {
    throw isZlibError(error)
      ? new AppError('validation', { zh: '压缩文件已损坏，请重新上传', en: 'The gzip file is damaged; upload it again', cause: error })
      : error
  }
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
}

/** The first bytes of a stream, and the whole stream with them. */
async function peek(content: AsyncIterable<Buffer>): Promise<{ first: Buffer; all: AsyncGenerator<Buffer> }> {
  const iterator = content[Symbol.asyncIterator]()
  let first: Buffer = Buffer.alloc(0)
  while (first.length < 4) {
    const next = await iterator.next()
    if (next.done) break
    first = Buffer.concat([first, next.value])
  }
  async function* all(): AsyncGenerator<Buffer> {
    if (first.length > 0) yield first
    for (;;) {
      const next = await iterator.next()
      if (next.done) return
      yield next.value
    }
  }
  return { first, all: all() }
}

async function* withoutFirst(content: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes
  for await (const chunk of content) {
    const rest = chunk.subarray(left)
    left -= chunk.length - rest.length
    if (rest.length > 0) yield rest
  }
}
