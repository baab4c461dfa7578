import type { z } from 'zod'
import { trackingPaths, type TrackingPath } from '../../../../contracts/tracking.ts'
import { AppError } from '../../platform/errors.ts'
import { readMessages, type Reading, type ReadMessages } from './reading.ts'
import { readSegmentMessage, readSentAt } from './segment-message.ts'
import { isObject, parseCleanJson, type Json } from './tracking-values.ts'

export const batchBytesMax = 5 * 1024 * 1024
export const batchMessagesMax = 2_500

/** A body of the tracking API. @throws AppError `validation` for one that is no JSON object, `too-large`. */
export function parseSegmentBody(body: Buffer): Json {
  if (body.length > batchBytesMax) throw tooLarge()
  let root: unknown
  try {
    root = parseCleanJson(body.toString('utf8'))
  } catch (error) {
    throw new AppError('validation', { zh: '请求体不是 JSON', en: 'The body is not JSON', cause: error })
  }
  if (!isObject(root)) throw new AppError('validation', { zh: '请求体应为 JSON 对象', en: 'The body should be a JSON object' })
  return root
}

/** The messages of a batch. @throws AppError `validation` when there are none, `too-large`. */
export function readSegmentBatch(root: Json, reading: Reading): ReadMessages {
  const { batch } = root
  if (!Array.isArray(batch) || batch.length === 0)
    throw new AppError('validation', { zh: '请求体应为 {"batch": […]}，至少一条消息', en: 'The body should be {"batch": […]} with at least one message' })
  if (batch.length > batchMessagesMax) throw tooLarge()
  const sentAtMs = readSentAt(root['sentAt'])
  const read = readMessages(batch, (message, at) => readSegmentMessage(message, at, { ...reading, sentAtMs }))
  return sentAtMs === undefined ? read : { ...read, faults: read.faults.map((fault) => ({ ...fault, sentAtMs })) }
}

/** The one message of a body whose path says its type. */
export function readSegmentSingle(root: Json, path: z.infer<typeof TrackingPath>, reading: Reading): ReadMessages {
  const { writeKey: _, ...message } = root
  return readMessages([{ ...message, type: trackingPaths[path] }], (given) => readSegmentMessage(given, 'body', { ...reading, sentAtMs: undefined }))
}

function tooLarge(): AppError {
  return new AppError('too-large', {
    zh: `一批最多 ${batchMessagesMax} 条、5 MB，请分批发送`,
    en: `A batch holds at most ${batchMessagesMax} messages and 5 MB; send it in parts`,
  })
}
