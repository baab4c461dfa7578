import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Problem } from '../../../../contracts/errors.ts'
import { AppError } from '../../platform/errors.ts'
import { parseCleanJson } from '../tracking/tracking-values.ts'

const gunzipAsync = promisify(gunzip)

/** Of what was packed, once unpacked: a small body must not become a large memory. */
const unpackedBytesMax = 12 * 1024 * 1024
const base64Text = /^[\w+/-]*={0,2}$/

/** The fields of a request, from the form or from the address. */
export interface SensorsFields {
  data?: string | undefined
  data_list?: string | undefined
  gzip?: string | undefined
  /** `crc=<number>`; apps send `crc` as a field of its own. */
  ext?: string | undefined
  crc?: string | undefined
}

export interface SensorsMessages {
  messages: unknown[]
  /** The text is not the one that the sender made the check sum of. */
  damage: Problem | null
}

/** The fields of a form (`application/x-www-form-urlencoded`), whatever content type a beacon gives it. */
export function parseSensorsForm(body: Buffer): SensorsFields {
  const form = new URLSearchParams(body.toString('utf8'))
  const field = (name: string): string | undefined => form.get(name) ?? undefined
  return { data: field('data'), data_list: field('data_list'), gzip: field('gzip'), ext: field('ext'), crc: field('crc') }
}

/**
 * The messages of a request: Base64 of JSON, gzipped or not, one object (`data`) or a list (`data_list`).
 * @throws AppError `validation` for what cannot be read at all, `too-large`.
 */
export async function decodeSensors(fields: SensorsFields): Promise<SensorsMessages> {
  const given = fields.data_list ?? fields.data
  if (given === undefined || given === '') throw unreadable({ zh: '缺少 data 或 data_list', en: 'data or data_list is missing' })
  if (fields.gzip === '9')
    throw unreadable({
      zh: '数据经 SDK 端加密（gzip=9），本系统没有其私钥；请在 SDK 中关闭加密，传输由 HTTPS 保护',
      en: 'The SDK encrypted the data (gzip=9) for a key that is not here; switch encryption off in the SDK, HTTPS protects the transport',
    })
  // A plus sign that a sloppy client did not escape arrives as a blank.
  const text = given.replaceAll(' ', '+')
  if (!base64Text.test(text)) throw unreadable({ zh: '数据不是 Base64', en: 'The data is not Base64' })
  const parsed = parseJson(await unpack(Buffer.from(text, 'base64')))
  return { messages: Array.isArray(parsed) ? parsed : [parsed], damage: checkSum(text, fields) }
}

async function unpack(bytes: Buffer): Promise<Buffer> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return await gunzipAsync(bytes, { maxOutputLength: unpackedBytesMax })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new AppError('too-large', { zh: '解压后超过 12 MB，请分批发送', en: 'More than 12 MB unpacked; send it in parts' })
    throw unreadable({ zh: '数据无法解压', en: 'The data cannot be unpacked', cause: error })
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return parseCleanJson(bytes.toString('utf8'))
  } catch (error) {
    throw unreadable({ zh: '数据不是 JSON', en: 'The data is not JSON', cause: error })
  }
}

function unreadable(words: { zh: string; en: string; cause?: unknown }): AppError {
  return new AppError('validation', words)
}

function checkSum(text: string, { ext, crc }: SensorsFields): Problem | null {
  const said = crc ?? /(?:^|&)crc=(-?\d+)/.exec(ext ?? '')?.[1]
  if (said === undefined || Number(said) === javaHash(text)) return null
  return { at: 'crc', zh: '校验和不符：数据在途中被改动或损坏', en: 'The check sum does not match: the data was changed or damaged on its way' }
}

/** Java's `String.hashCode`: h = 31 h + c over UTF-16 units, in 32 bits with sign. */
export function javaHash(text: string): number {
  let hash = 0
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0
  return hash
}
