import type { z } from 'zod'
import type { SensorsAnswer } from '../../../../contracts/tracking.ts'
import type { WriteKeySource } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import type { Platform } from '../../platform/platform.ts'
import { acceptItems } from '../door/accept-items.ts'
import { openReading } from '../tracking/open-reading.ts'
import { deliveryOf, readMessages, type Reading, type ReadMessages } from '../tracking/reading.ts'
import { batchBytesMax, batchMessagesMax } from '../tracking/read-segment-body.ts'
import { decodeSensors, parseSensorsForm, type SensorsFields } from './decode-sensors.ts'
import { readSensorsMessage } from './sensors-message.ts'

export { parseSensorsForm } from './decode-sensors.ts'

type Answer = z.input<typeof SensorsAnswer>

/** What an image request is answered with: a transparent GIF of one pixel. */
export const pixel = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')

/** Takes what the SDKs post; answered after the commit. @throws AppError `validation`, `too-large`, `unavailable`. */
export async function receiveSensors(platform: Platform, source: WriteKeySource, body: Buffer): Promise<Answer> {
  if (body.length > batchBytesMax) throw tooLarge()
  return receiveFields(platform, source, parseSensorsForm(body))
}

/** The same for what stands in an address or was parsed before. */
export async function receiveFields(platform: Platform, source: WriteKeySource, fields: SensorsFields): Promise<Answer> {
  const receivedAt = platform.clock.now()
  const read = await readFields(fields, await openReading(platform, source, receivedAt))
  const { quarantined } = await acceptItems(platform, deliveryOf(read, { source, receivedAt, form: 'sensors' }))
  return answerOf(read, quarantined)
}

/**
 * Debug mode: the first look of somebody who builds an integration. Any fault refuses the request and is said in the answer; nothing is
 * kept aside. With `isDryRun` nothing is stored at all.
 */
export async function debugSensors(
  platform: Platform,
  source: WriteKeySource,
  { fields, isDryRun }: { fields: SensorsFields; isDryRun: boolean },
): Promise<Answer> {
  const receivedAt = platform.clock.now()
  const read = await readFields(fields, await openReading(platform, source, receivedAt))
  if (read.faults.length > 0) throw new AppError('validation', { problems: read.faults.map(({ problem }) => problem) })
  if (isDryRun) return answerOf(read, 0)
  const { quarantined } = await acceptItems(platform, deliveryOf(read, { source, receivedAt, form: 'sensors' }))
  return answerOf(read, quarantined)
}

async function readFields(fields: SensorsFields, reading: Reading): Promise<ReadMessages> {
  const { messages, damage } = await decodeSensors(fields)
  if (messages.length > batchMessagesMax) throw tooLarge()
  if (damage) return { items: [], sent: [], accepted: 0, ignored: 0, faults: messages.map((payload) => ({ payload, problem: damage })) }
  return readMessages(messages, (message, at) => readSensorsMessage(message, at, reading))
}

function answerOf({ accepted, faults, ignored }: ReadMessages, quarantined: number): Answer {
  return { code: 0, accepted: accepted + faults.length - quarantined, quarantined, ignored }
}

function tooLarge(): AppError {
  return new AppError('too-large', {
    zh: `一次最多 ${batchMessagesMax} 条、5 MB，请分批发送`,
    en: `A request holds at most ${batchMessagesMax} messages and 5 MB; send it in parts`,
  })
}
