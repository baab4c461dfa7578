import { sql } from 'kysely'
import type { Locale } from '../../../contracts/common.ts'
import { AppError } from '../platform/errors.ts'
import type { Platform } from '../platform/platform.ts'
import { foundWorkspace } from './found-workspace.ts'
import { writeAudit } from './mutate.ts'
import { hashPassword } from './passwords.ts'

/** Who signs in to the demo when the operator named no owner. */
export const demoEmail = 'demo@hongyan.example'

export interface SetupInput {
  email: string
  password: string
  name: string
  workspaceName: string
  locale: Locale
  ip?: string | null
}

/** Whether nobody exists yet. */
export async function isSetupNeeded(platform: Platform): Promise<boolean> {
  return (await readSetup(platform)).needed
}

/** What the first page asks before anybody signs in: whether nobody exists yet, and the demo's login where there is one. */
export async function readSetup(platform: Platform): Promise<{ needed: boolean; demo?: { email: string } }> {
  const { rows } = await sql<{ needed: boolean; demo: boolean }>`
    select not exists (select from users) as needed, exists (select from users where email = ${demoEmail}) as demo`.execute(platform.db)
  return { needed: rows[0]?.needed === true, demo: rows[0]?.demo ? { email: demoEmail } : undefined }
}

/**
 * Creates the first owner and their workspace. Throws `already-set-up` once anybody exists; of several calls at the same time one wins.
 */
export async function completeSetup(platform: Platform, input: SetupInput): Promise<{ userId: string; workspaceId: number }> {
  if (!(await isSetupNeeded(platform))) throw new AppError('already-set-up')
  const passwordHash = await hashPassword(input.password)
  const now = platform.clock.now()
  return platform.db.transaction().execute(async (tx) => {
    await sql`lock table users in share row exclusive mode`.execute(tx)
    const { rows } = await sql<{ id: string }>`
      insert into users (email, name, password_hash, locale, created_at)
      select ${input.email.toLowerCase()}, ${input.name}, ${passwordHash}, ${input.locale}, ${now} where not exists (select from users)
      returning id`.execute(tx)
    const userId = rows[0]?.id
    if (!userId) throw new AppError('already-set-up')
    const workspaceId = await foundWorkspace(platform, tx, { name: input.workspaceName, timezone: 'Asia/Shanghai', ownerId: userId })
    const ctx = { platform, workspaceId, actor: { kind: 'user', userId, name: input.name }, ip: input.ip ?? null } as const
    await writeAudit(tx, ctx, {
      action: 'workspace.create',
      targetKind: 'workspace',
      targetId: String(workspaceId),
      detail: { name: input.workspaceName, first: true },
    })
    return { userId, workspaceId }
  })
}
