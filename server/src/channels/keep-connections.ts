import { sql } from 'kysely'
import { errorMessage } from '../platform/errors.ts'
import type { Platform } from '../platform/platform.ts'
import { findProvider } from './registry.ts'
import { accountVersion, keepSessions, type SessionAccount, sessionOf } from './sessions.ts'

/** Opens what must stay open (receipts and replies come over it even when nothing is sent) and closes what was disabled or deleted. */
export async function keepConnections(platform: Platform): Promise<void> {
  const { rows } = await sql<SessionAccount>`
    select id, workspace_id as "workspaceId", provider, ${accountVersion} as version from accounts where enabled`.execute(platform.db)
  keepSessions(platform, new Set(rows.map((row) => row.id)))
  for (const row of rows) {
    if (!findProvider(row.provider)?.capabilities.connection) continue
    await sessionOf(platform, row).catch((error: unknown) =>
      platform.log.warn({ accountId: row.id, error: errorMessage(error) }, 'a channel account can not be opened'),
    )
  }
}
