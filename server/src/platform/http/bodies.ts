import { createBrotliDecompress, createGunzip, createInflate, type Gunzip } from 'node:zlib'
import { pipeline, type Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'

export const jsonBytesMax = 1024 * 1024
/** Of ingest and callbacks, after decompression. */
export const rawBytesMax = 12 * 1024 * 1024

/** JSON where nothing else is said; a POST without a body is no error by itself. */
export function parseJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(/^application\/([\w.-]+\+)?json$/, { parseAs: 'string', bodyLimit: jsonBytesMax }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else void parse(request, body as string, done)
  })
}

/** For routes that read bytes themselves: whatever the content type, decompressed, as a Buffer. */
export function parseRawBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: rawBytesMax }, (_request, body, done) => done(null, body))
  app.addHook('preParsing', (request, _reply, payload, done) => {
    try {
      done(null, decompressed(request, payload as Readable))
    } catch (error) {
      done(error as Error)
    }
  })
}

type Decompressed = Readable & { receivedEncodedLength?: number }

/** The body without its Content-Encoding (RFC 9110 §8.4); `deflate` means the zlib format. */
function decompressed(request: FastifyRequest, payload: Readable): Decompressed {
  const decoder = decoderOf(request.headers['content-encoding'])
  if (!decoder) return payload
  const output: Decompressed = decoder
  output.receivedEncodedLength = 0
  payload.on('data', (chunk: Buffer) => {
    output.receivedEncodedLength = (output.receivedEncodedLength ?? 0) + chunk.length
  })
  pipeline(payload, decoder, () => {})
  return output
}

function decoderOf(header: string | undefined): Gunzip | ReturnType<typeof createBrotliDecompress> | null {
  const encoding = header?.trim().toLowerCase() ?? ''
  switch (encoding) {
    case '':
    case 'identity':
      return null
    case 'gzip':
    case 'x-gzip':
      return createGunzip()
    case 'deflate':
      return createInflate()
    case 'br':
      return createBrotliDecompress()
    default:
      throw new AppError('unsupported-media', {
        zh: `不支持的内容编码：${encoding}；可用 gzip、deflate、br`,
        en: `Unsupported content encoding ${encoding}; use gzip, deflate or br`,
      })
  }
}
