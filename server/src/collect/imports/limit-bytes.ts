import { AppError } from '../../platform/errors.ts'

/** Passes bytes on; throws `too-large` once there are more than `bytesMax`. */
export async function* limitBytes(bytesMax: number, content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0
  const gigabytes = Number((bytesMax / 1024 ** 3).toPrecision(3))
  for await (const chunk of content) {
    bytes += chunk.length
    if (bytes > bytesMax)
      throw new AppError('too-large', { zh: `文件（解压后）超过 ${gigabytes} GB，请拆分后上传`, en: `The file is over ${gigabytes} GB (unpacked); split it` })
    yield chunk
  }
}
