import { randomUUID } from 'node:crypto'
import type { ImportEncoding } from '../../../../contracts/import-setup.ts'
import type { Context } from '../../access/index.ts'
import type { AppError } from '../../platform/errors.ts'
import { ImportFile, writeImportFile } from './import-file.ts'
import { limitBytes } from './limit-bytes.ts'
import { TextInspector } from './text-inspector.ts'

interface Conversion {
  /** Name of the file to read; it stays. */
  from: string
  encoding: ImportEncoding
  /** What to throw where the bytes are not of the encoding: `line` is the first that is not. */
  problem: (cause: unknown, line: number) => AppError
}

/** Writes a file anew as UTF-8, under a name of its own, and answers what was seen of it. Leaves nothing behind when it throws. */
export async function convertText(ctx: Context, { from, encoding, problem }: Conversion): Promise<{ name: string; inspector: TextInspector }> {
  const { platform, workspaceId } = ctx
  const name = `${randomUUID()}.upload`
  const inspector = new TextInspector()
  const source = await ImportFile.open(platform, workspaceId, from)
  try {
    await writeImportFile(platform, workspaceId, name, inspector.watch(limitBytes(platform.config.uploadBytesMax, asUtf8(source.stream(), encoding))))
  } catch (error) {
    throw error instanceof TypeError ? problem(error, inspector.lineBreaks + 1) : error
  }
  return { name, inspector }
}

/** Throws TypeError at bytes that the encoding does not have. */
async function* asUtf8(content: AsyncIterable<Buffer>, encoding: ImportEncoding): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  for await (const chunk of content) {
    const text = decoder.decode(chunk, { stream: true })
    if (text !== '') yield Buffer.from(text, 'utf8')
  }
  const rest = decoder.decode()
  if (rest !== '') yield Buffer.from(rest, 'utf8')
}
