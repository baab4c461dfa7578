import type { IncomingItem } from '../inbox-item.ts'
import { readSensorsMessage } from '../sensors/sensors-message.ts'
import type { Reading } from './reading.ts'
import { readSegmentMessage } from './segment-message.ts'

/**
 * One message read again, by the name of its wire format: what was held back, after a correction. `sentAtMs` of its batch is gone; its
 * own time counts as it stands.
 * @throws TrackingProblem
 */
export const wireFormats: Readonly<Record<string, (message: unknown, reading: Reading) => IncomingItem[]>> = {
  segment: (message, reading) => readSegmentMessage(message, 'message', { ...reading, sentAtMs: undefined }),
  sensors: (message, reading) => readSensorsMessage(message, 'message', reading),
}
