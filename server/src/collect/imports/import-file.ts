import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { Transform, type TransformCallback } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../platform/errors.ts'
import type { Platform } from '../../platform/platform.ts'

/**
 * An uploaded file at rest: `HYIF`, the length of the sealed key, the sealed key, then the content under AES-256-CTR. A counter
 * cipher because a restart goes on at a byte offset; deleting the file deletes the only copy of its key.
 */
const magic = Buffer.from('HYIF')
const headBytes = magic.length + 4
const blockBytes = 16

interface FileKey {
  key: Buffer
  counter: Buffer
}

export class ImportFile {
  readonly #path: string
  readonly #key: FileKey
  readonly #contentStart: number
  /** Bytes of the content, without the head. */
  readonly bytes: number

  private constructor(filePath: string, key: FileKey, size: { contentStart: number; bytes: number }) {
    this.#path = filePath
    this.#key = key
    this.#contentStart = size.contentStart
    this.bytes = size.bytes
  }

  /** Throws `precondition` when the file is gone. */
  static async open(platform: Platform, workspaceId: number, name: string): Promise<ImportFile> {
    const filePath = path.join(importsFolder(platform), name)
    const handle = await open(filePath).catch((error: unknown) => {
      throw new AppError('precondition', {
        zh: '导入文件已不在服务器上，请重新上传',
        en: 'The file of this import is no longer here; upload it again',
        cause: error,
      })
    })
    try {
      const head = await readExactly(handle, 0, headBytes)
      const sealedBytes = head.readUInt32BE(magic.length)
      const secret = Buffer.from((await platform.vaults.of(workspaceId)).open(await readExactly(handle, headBytes, sealedBytes)), 'base64')
      const contentStart = headBytes + sealedBytes
      const { size } = await stat(filePath)
      return new ImportFile(filePath, { key: secret.subarray(0, 32), counter: secret.subarray(32) }, { contentStart, bytes: size - contentStart })
    } finally {
      await handle.close()
    }
  }

  /** Up to `length` bytes of the content from `offset`. */
  async read(offset: number, length: number): Promise<Buffer> {
    const end = Math.min(this.bytes, offset + length)
    if (end <= offset) return Buffer.alloc(0)
    const blockStart = offset - (offset % blockBytes)
    const handle = await open(this.#path)
    try {
      const sealed = await readExactly(handle, this.#contentStart + blockStart, end - blockStart)
      return this.#decipher(blockStart)
        .update(sealed)
        .subarray(offset - blockStart)
    } finally {
      await handle.close()
    }
  }

  /** The content from `start` to before `end` as it streams, all of it by default. */
  async *stream({ start, end }: { start: number; end: number } = { start: 0, end: this.bytes }): AsyncGenerator<Buffer> {
    if (end <= start) return
    const blockStart = start - (start % blockBytes)
    const decipher = this.#decipher(blockStart)
    const range = { start: this.#contentStart + blockStart, end: this.#contentStart + end - 1, highWaterMark: Math.min(1024 * 1024, end - blockStart) }
    let skipped = start - blockStart
    for await (const chunk of createReadStream(this.#path, range)) {
      const bytes = decipher.update(chunk as Buffer)
      yield skipped > 0 ? bytes.subarray(skipped) : bytes
      skipped = 0
    }
  }

  #decipher(blockStart: number) {
    return createDecipheriv('aes-256-ctr', this.#key.key, counterAt(this.#key.counter, blockStart / blockBytes))
  }
}

/** Writes `content` encrypted under a fresh key and removes what it wrote when that fails; `unavailable` when the disk is full. */
export async function writeImportFile(platform: Platform, workspaceId: number, name: string, content: AsyncIterable<Buffer>): Promise<void> {
  const folder = importsFolder(platform)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const secret = randomBytes(32 + blockBytes)
  const sealed = (await platform.vaults.of(workspaceId)).seal(secret.toString('base64'))
  const head = Buffer.alloc(headBytes)
  magic.copy(head)
  head.writeUInt32BE(sealed.length, magic.length)
  const cipher = createCipheriv('aes-256-ctr', secret.subarray(0, 32), secret.subarray(32))
  const withHead = new HeadFirst(Buffer.concat([head, sealed]))
  const filePath = path.join(folder, name)
  // Opened before anything flows: a stream that opens its file itself may do so after a failure was cleaned up, and leave it behind.
  const file = await open(filePath, 'w', 0o600)
  try {
    await pipeline(content, cipher, withHead, file.createWriteStream())
  } catch (error) {
    await rm(filePath, { force: true })
    throw isDiskFull(error) ? diskFull(error) : error
  }
}

function isDiskFull(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return code === 'ENOSPC' || code === 'EDQUOT'
}

function diskFull(cause: unknown): AppError {
  return new AppError('unavailable', {
    zh: '服务器磁盘空间不足，文件没有保存，已写入的部分已清理。请清出空间后重新上传',
    en: 'The disk of the server is full; nothing of the file was kept. Make room and upload it again',
    cause,
  })
}

export async function deleteImportFile(platform: Platform, name: string): Promise<void> {
  await rm(path.join(importsFolder(platform), name), { force: true })
}

/** Names of all files in the folder of imports. */
export async function listImportFiles(platform: Platform): Promise<string[]> {
  return readdir(importsFolder(platform)).catch(() => [])
}

/** When a file was last written, epoch milliseconds; never before anything when it is gone. */
export async function importFileTime(platform: Platform, name: string): Promise<number> {
  return stat(path.join(importsFolder(platform), name)).then(
    ({ mtimeMs }) => mtimeMs,
    () => Infinity,
  )
}

export function importsFolder(platform: Platform): string {
  return path.join(platform.config.dataDir, 'imports')
}

class HeadFirst extends Transform {
  #head: Buffer | null

  constructor(head: Buffer) {
    super()
    this.#head = head
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#pushHead()
    done(null, chunk)
  }

  override _flush(done: TransformCallback): void {
    this.#pushHead()
    done()
  }

  #pushHead(): void {
    if (this.#head) this.push(this.#head)
    this.#head = null
  }
}

/** The counter block `blocks` after `counter`: a 128-bit big-endian sum. */
function counterAt(counter: Buffer, blocks: number): Buffer {
  const sum = (BigInt(`0x${counter.toString('hex')}`) + BigInt(blocks)) & ((1n << 128n) - 1n)
  return Buffer.from(sum.toString(16).padStart(32, '0'), 'hex')
}

async function readExactly(handle: Awaited<ReturnType<typeof open>>, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled)
    if (bytesRead === 0) throw new Error('The import file ends before its content')
    filled += bytesRead
  }
  return buffer
}
