import type { LocaleText } from '../../../contracts/common.ts'
import type { Context } from '../access/index.ts'
import { errorMessage } from '../platform/errors.ts'
import { requireAccount } from './accounts.ts'
import { openSession } from './sessions.ts'

/** Tries the saved settings on a session of its own, without sending a message. */
export async function checkAccount(ctx: Context, id: string): Promise<{ ok: boolean; tookMs: number; error: LocaleText | null }> {
  const { platform, workspaceId } = ctx
  const row = await requireAccount(platform.db, workspaceId, id)
  const startedAt = performance.now()
  const tookMs = (): number => Math.round(performance.now() - startedAt)
  try {
    const session = await openSession(platform, row)
    try {
      return { ...(await session.check()), tookMs: tookMs() }
    } finally {
      await session.close()
    }
  } catch (error) {
    const reason = errorMessage(error)
    return { ok: false, tookMs: tookMs(), error: { zh: `无法使用这些设置：${reason}`, en: `These settings can not be used: ${reason}` } }
  }
}
