import type { Platform } from '../platform/platform.ts'
import { Sender } from './sender.ts'

const senders = new WeakMap<Platform, Sender>()

/** The sender of this process. */
export function senderOf(platform: Platform): Sender {
  let sender = senders.get(platform)
  if (!sender) senders.set(platform, (sender = new Sender(platform)))
  return sender
}
