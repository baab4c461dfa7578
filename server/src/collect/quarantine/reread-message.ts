import type { Platform } from '../../platform/platform.ts'
import type { IncomingItem } from '../inbox-item.ts'
import { openReading } from '../tracking/open-reading.ts'
import { TrackingProblem } from '../tracking/tracking-problem.ts'
import { wireFormats } from '../tracking/wire-formats.ts'

/** A message that could not be read when it came. */
interface HeldMessage {
  workspaceId: number
  sourceId: string
  receivedAt: Date
  /** When its batch was sent, by the sender's clock. */
  sentAt: Date | null
  message: unknown
}

/** The items of a held message by its format; null when it still cannot be read. */
export async function rereadMessage(platform: Platform, form: string, held: HeldMessage): Promise<IncomingItem[] | null> {
  const read = wireFormats[form]
  if (!read) return null
  try {
    return read(held.message, { ...(await openReading(platform, held, held.receivedAt)), sentAtMs: held.sentAt?.getTime() })
  } catch (error) {
    if (error instanceof TrackingProblem) return null
    throw error
  }
}
