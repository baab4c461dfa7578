import type { Platform } from '../../platform/platform.ts'
import type { IncomingItem } from '../inbox-item.ts'
import { openReading } from '../tracking/open-reading.ts'
import { TrackingProblem } from '../tracking/tracking-problem.ts'
import { wireFormats } from '../tracking/wire-formats.ts'

/** A message that could not be read when it came. */
export interface HeldMessage {
  workspaceId: number
  sourceId: string
  receivedAt: Date
  message: unknown
}

/** Reads a held message again; null when it still cannot be read. */
export type MessageReader = (platform: Platform, held: HeldMessage) => Promise<IncomingItem[] | null>

const readers = new Map<string, MessageReader>()

/** Says who reads messages of a format again that a later capability brought. Registering again replaces. */
export function registerMessageReader(form: string, reader: MessageReader): void {
  readers.set(form, reader)
}

/** The items of a held message by its format; null when it still cannot be read. */
export async function rereadMessage(platform: Platform, form: string, held: HeldMessage): Promise<IncomingItem[] | null> {
  const read = wireFormats[form]
  if (!read) return (await readers.get(form)?.(platform, held)) ?? null
  try {
    return read(held.message, await openReading(platform, held, held.receivedAt))
  } catch (error) {
    if (error instanceof TrackingProblem) return null
    throw error
  }
}
