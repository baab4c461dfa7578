import { randomInt } from 'node:crypto'
import { z } from 'zod'
import { completeSetup, demoEmail, isSetupNeeded } from './access/index.ts'
import { dataFile } from './data-file.ts'
import type { Platform } from './platform/platform.ts'

/** The first login, kept in the data directory until its owner deletes it. The password is empty when the operator chose it. */
const FirstLogin = z.object({ email: z.string(), password: z.string() })
export type FirstLogin = z.infer<typeof FirstLogin>

const passwordLetters = 'abcdefghjkmnpqrstuvwxyz23456789'

export const firstLoginFile = (platform: Platform) => dataFile(platform.config.dataDir, 'first-login.json', FirstLogin)

/**
 * Creates the first owner when nobody exists yet: the one of the configuration, or one for the demo with a password made here.
 * Without either (`--empty`), the console asks for the owner. Answers the login on the run that created it.
 */
export async function createFirstOwner(platform: Platform, options: { withDemo: boolean }): Promise<FirstLogin | null> {
  const { owner } = platform.config
  if (!(await isSetupNeeded(platform)) || (!owner && !options.withDemo)) return null
  const kept = await firstLoginFile(platform).read()
  const login = owner ?? (kept?.password ? kept : { email: demoEmail, password: newPassword() })
  // Kept before the owner exists: whatever happens in between, somebody can sign in. A password that the operator chose is not written down.
  await firstLoginFile(platform).write({ email: login.email, password: owner ? '' : login.password })
  const names = options.withDemo ? { name: '演示管理员', workspaceName: '鸿雁演示商城' } : { name: '所有者', workspaceName: '我的工作区' }
  await completeSetup(platform, { ...login, ...names, locale: 'zh' })
  return login
}

function newPassword(): string {
  const letter = (): string => passwordLetters.charAt(randomInt(passwordLetters.length))
  return Array.from({ length: 4 }, () => Array.from({ length: 4 }, letter).join('')).join('-')
}
