import type { FastifyReply } from 'fastify'
import type { trackingRoutes } from '../../../../contracts/tracking.ts'
import type { Handlers, WriteKeySource } from '../../access/index.ts'
import type { Platform } from '../../platform/platform.ts'
import { debugSensors, parseSensorsForm, pixel, receiveFields, receiveSensors } from '../sensors/index.ts'
import { acceptItems } from '../door/accept-items.ts'
import { openReading } from './open-reading.ts'
import { parseSegmentBody, readSegmentBatch, readSegmentSingle } from './read-segment-body.ts'
import { deliveryOf, type Reading, type ReadMessages } from './reading.ts'
import type { Json } from './tracking-values.ts'

interface SegmentCall {
  platform: Platform
  rawBody: Buffer
  claimSource(writeKey: unknown): Promise<WriteKeySource>
}

/** Takes a body of Segment's API in; answered after the commit. */
async function receiveSegment(call: SegmentCall, read: (root: Json, reading: Reading) => ReadMessages) {
  const { platform, rawBody } = call
  const receivedAt = platform.clock.now()
  // Nobody who shows no key is told what is wrong with the body.
  if (rawBody.length === 0) await call.claimSource(undefined)
  const root = parseSegmentBody(rawBody)
  const source = await call.claimSource(root['writeKey'])
  const messages = read(root, await openReading(platform, source, receivedAt))
  const { quarantined } = await acceptItems(platform, deliveryOf(messages, { source, receivedAt, form: 'segment' }))
  return { success: true as const, accepted: messages.accepted + messages.faults.length - quarantined, quarantined }
}

/** Whoever only loads an image gets one. What the handler returns counts no more once bytes are sent. */
function answerPixel(reply: FastifyReply): string {
  void reply.type('image/gif').header('cache-control', 'no-store').send(pixel)
  return ''
}

export const trackingHandlers: Handlers<typeof trackingRoutes> = {
  trackBatch: async (call) => receiveSegment(call, readSegmentBatch),
  trackImport: async (call) => receiveSegment(call, readSegmentBatch),
  trackMessage: async (call) => receiveSegment(call, (root, reading) => readSegmentSingle(root, call.params.message, reading)),

  sensorsPost: async ({ platform, source, rawBody }) => receiveSensors(platform, source, rawBody),
  sensorsPostGif: async ({ platform, source, rawBody }) => receiveSensors(platform, source, rawBody),
  sensorsDebug: async ({ platform, source, rawBody, request }) =>
    debugSensors(platform, source, { fields: parseSensorsForm(rawBody), isDryRun: request.headers['dry-run'] === 'true' }),
  sensorsDebugImage: async ({ platform, source, query, request }) => {
    await debugSensors(platform, source, { fields: query, isDryRun: request.headers['dry-run'] === 'true' })
    return {}
  },
  sensorsImage: async ({ platform, source, query, reply }) => {
    await receiveFields(platform, source, query)
    return answerPixel(reply)
  },
  sensorsImagePlain: async ({ platform, source, query, reply }) => {
    await receiveFields(platform, source, query)
    return answerPixel(reply)
  },
}
