import type { IncomingItem } from '../inbox-item.ts'
import { readSensorsMessage } from '../sensors/sensors-message.ts'
import type { Reading } from './reading.ts'
import { readSegmentMessage } from './segment-message.ts'

/**
 * One message read again, by the name of its wire format: what was held back, after a correction. `sentAtMs` is what its batch said.
 * @throws TrackingProblem
 */
export const wireFormats: Readonly<Record<string, (message: unknown, reading: Reading & { sentAtMs: number | undefined }) => IncomingItem[]>> = {
  segment: (message, reading) => readSegmentMessage(message, 'message', reading),
  sensors: (message, reading) => readSensorsMessage(message, 'message', reading),
}
