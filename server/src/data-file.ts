import fs from 'node:fs/promises'
import path from 'node:path'
import type { z } from 'zod'

interface DataFile<Value> {
  path: string
  /** Null when there is none. */
  read(): Promise<Value | null>
  /** Whole or not at all, readable by its owner only. */
  write(value: Value): Promise<void>
}

/** A small JSON file in the data directory. */
export function dataFile<Schema extends z.ZodType>(dataDir: string, name: string, schema: Schema): DataFile<z.output<Schema>> {
  const file = path.join(dataDir, name)
  return {
    path: file,
    async read() {
      const text = await fs.readFile(file, 'utf8').catch(() => null)
      return text === null ? null : schema.parse(JSON.parse(text))
    },
    async write(value) {
      await fs.writeFile(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
      await fs.rename(`${file}.new`, file)
    },
  }
}
