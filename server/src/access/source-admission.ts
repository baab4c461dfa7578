import type { Platform } from '../platform/platform.ts'
import type { WriteKeySource } from './handlers.ts'

/** Throws when a source may not send now. */
export type SourceAdmission = (platform: Platform, source: WriteKeySource) => Promise<void>

let admission: SourceAdmission | null = null

/** Has whoever knows the limits of sources asked before the body of a request is read. Registering again replaces. */
export function registerSourceAdmission(ask: SourceAdmission): void {
  admission = ask
}

/** @throws whatever the registered admission throws */
export async function admitSource(platform: Platform, source: WriteKeySource): Promise<void> {
  await admission?.(platform, source)
}
