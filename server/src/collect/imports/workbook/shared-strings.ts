import { randomUUID } from 'node:crypto'
import type { Platform } from '../../../platform/platform.ts'
import { deleteImportFile, ImportFile, writeImportFile } from '../import-file.ts'
import { decodeEscapes, readXml } from './read-xml.ts'

/** Unpacked strings up to this size are simply kept in memory. */
const inMemoryBytesMax = 32 * 1024 * 1024
const stringsPerBlock = 256
const blocksCached = 512

/** The texts that cells refer to by number: in memory, or, when they are many, in an encrypted file of blocks of which the last used are kept. */
export interface SharedStrings {
  /** Brings the texts with these numbers into memory, so that `get` has them. */
  load(indexes: Iterable<number>): Promise<void> | void
  /** Empty for a number that no text has. */
  get(index: number): string
  close(): Promise<void> | void
}

export async function readSharedStrings(
  platform: Platform,
  workspaceId: number,
  source: { xml: AsyncIterable<Buffer>; bytes: number } | null,
  keepInMemoryMax = inMemoryBytesMax,
): Promise<SharedStrings> {
  if (source === null) return new StringsInMemory([])
  if (source.bytes > keepInMemoryMax) return StringsOnDisk.write(platform, workspaceId, source.xml)
  const all: string[] = []
  for await (const strings of stringsOf(source.xml)) all.push(...strings)
  return new StringsInMemory(all)
}

/** The strings of the part in order, as many at a time as came together. Pronunciation marks (`rPh`) are no part of a text. */
async function* stringsOf(xml: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  let ready: string[] = []
  let text = ''
  let inText = false
  let inPronunciation = false
  const pieces = readXml(xml, {
    open(name) {
      if (name === 'si') text = ''
      else if (name === 't') inText = !inPronunciation
      else if (name === 'rPh') inPronunciation = true
    },
    close(name) {
      if (name === 't') inText = false
      else if (name === 'rPh') inPronunciation = false
      else if (name === 'si') ready.push(decodeEscapes(text))
    },
    text(piece) {
      if (inText) text += piece
    },
  })
  for await (const _ of pieces) {
    if (ready.length === 0) continue
    yield ready
    ready = []
  }
}

class StringsInMemory implements SharedStrings {
  readonly #strings: readonly string[]

  constructor(strings: readonly string[]) {
    this.#strings = strings
  }

  load(): void {}
  close(): void {}

  get(index: number): string {
    return this.#strings[index] ?? ''
  }
}

class StringsOnDisk implements SharedStrings {
  readonly #platform: Platform
  readonly #name: string
  readonly #file: ImportFile
  /** Where each block begins; the last is the end. */
  readonly #starts: readonly number[]
  readonly #cache = new Map<number, readonly string[]>()

  private constructor(platform: Platform, stored: { name: string; file: ImportFile; starts: readonly number[] }) {
    this.#platform = platform
    this.#name = stored.name
    this.#file = stored.file
    this.#starts = stored.starts
  }

  static async write(platform: Platform, workspaceId: number, xml: AsyncIterable<Buffer>): Promise<StringsOnDisk> {
    const name = `${randomUUID()}.strings`
    const starts = [0]
    await writeImportFile(platform, workspaceId, name, blocksOf(xml, starts))
    return new StringsOnDisk(platform, { name, file: await ImportFile.open(platform, workspaceId, name), starts })
  }

  async load(indexes: Iterable<number>): Promise<void> {
    for (const index of indexes) {
      const block = Math.floor(index / stringsPerBlock)
      const known = this.#cache.get(block)
      this.#cache.delete(block)
      this.#cache.set(block, known ?? (await this.#read(block)))
    }
  }

  get(index: number): string {
    return this.#cache.get(Math.floor(index / stringsPerBlock))?.[index % stringsPerBlock] ?? ''
  }

  /** Forgets the blocks that were used longest ago; called between rows, never while texts that were loaded are still wanted. */
  trim(): void {
    for (const block of this.#cache.keys()) {
      if (this.#cache.size <= blocksCached) return
      this.#cache.delete(block)
    }
  }

  async close(): Promise<void> {
    await deleteImportFile(this.#platform, this.#name)
  }

  async #read(block: number): Promise<readonly string[]> {
    this.trim()
    const [start, end] = [this.#starts[block], this.#starts[block + 1]]
    if (start === undefined || end === undefined) return []
    return JSON.parse((await this.#file.read(start, end - start)).toString('utf8')) as string[]
  }
}

async function* blocksOf(xml: AsyncIterable<Buffer>, starts: number[]): AsyncGenerator<Buffer> {
  let block: string[] = []
  const take = (): Buffer => {
    const bytes = Buffer.from(JSON.stringify(block))
    starts.push(starts.at(-1)! + bytes.length)
    block = []
    return bytes
  }
  for await (const strings of stringsOf(xml)) {
    for (const text of strings) if (block.push(text) === stringsPerBlock) yield take()
  }
  if (block.length > 0) yield take()
}
