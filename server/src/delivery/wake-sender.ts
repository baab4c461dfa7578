import type { Platform } from '../platform/platform.ts'

/** Loops that send in one process: each carries one batch from claim to outcome, so this many batches are under way at once. */
export const senderLoops = Array.from({ length: 8 }, (_, index) => `delivery.send.${index + 1}`)

/** Call after a commit that made messages `ready` or an account or campaign able to send; without it they go out at the next poll. */
export function wakeSender(platform: Platform): void {
  for (const loop of senderLoops) platform.jobs.wake(loop)
}
