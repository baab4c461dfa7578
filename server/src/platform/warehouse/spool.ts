import { randomUUID } from 'node:crypto'
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** A folder for batches on their way into the warehouse. What is in it when it is opened was left by a process that died. */
export class Spool {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async open(folder: string): Promise<Spool> {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return new Spool(folder)
  }

  /** Writes the bytes to a file, hands its path to `work` and removes it afterwards, whatever happened. */
  async withFile<Answer>(bytes: AsyncIterable<Buffer>, work: (path: string) => Promise<Answer>): Promise<Answer> {
    const path = join(this.#folder, `${randomUUID()}.jsonl`)
    try {
      const file = await open(path, 'wx', 0o600)
      try {
        for await (const chunk of bytes) await file.writeFile(chunk)
      } finally {
        await file.close()
      }
      return await work(path)
    } finally {
      await rm(path, { force: true })
    }
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }
}
