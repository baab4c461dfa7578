import type { Platform } from '../platform/platform.ts'
import { startMergeMirror } from './merging/mirror-merges.ts'
import { startMirror } from './mirror-people.ts'

/** Registers what people do in the background. */
export function startPeople(platform: Platform): void {
  startMirror(platform)
  startMergeMirror(platform)
}
