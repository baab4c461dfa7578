import { randomInt } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import { sql } from 'kysely'
import { z } from 'zod'
import { completeSetup } from './access/index.ts'
import type { Config } from './platform/config.ts'
import type { OnProgress } from './platform/create-platform.ts'
import type { Platform } from './platform/platform.ts'

/** Fills the demo workspace, whose owner and workspace exist already. Begins anew or goes on when an earlier attempt was killed. */
export type LoadDemo = (platform: Platform, onProgress: OnProgress) => Promise<void>

/** The first login as it is kept in the data directory until its owner deletes it. */
const FirstLogin = z.object({ email: z.string(), password: z.string(), demo: z.enum(['none', 'loading', 'loaded']) })
export type FirstLogin = z.infer<typeof FirstLogin>

const demoEmail = 'demo@hongyan.example'
const passwordLetters = 'abcdefghjkmnpqrstuvwxyz23456789'

/**
 * Creates the first owner when nobody exists yet: the one of the configuration, or one for the demo with a password made here.
 * Without either (`--empty`), the console asks for the owner. Answers the login on the run that created it.
 */
export async function createFirstOwner(platform: Platform, options: { withDemo: boolean }): Promise<FirstLogin | null> {
  const kept = await readFirstLogin(platform)
  if (await anyUser(platform)) return null
  const { owner } = platform.config
  if (!owner && !options.withDemo) return null
  const login = kept?.password ? kept : firstLogin(owner, options.withDemo)
  // Kept before the owner exists: whatever happens in between, somebody can sign in.
  await keepFirstLogin(platform, login)
  const workspaceName = options.withDemo ? '鸿雁演示商城' : '我的工作区'
  await completeSetup(platform, { email: login.email, password: login.password, name: options.withDemo ? '演示管理员' : '所有者', workspaceName, locale: 'zh' })
  return login
}

/** Loads the demo when its first login says that this is not done, and remembers that it is. */
export async function loadDemoOnce(platform: Platform, loadDemo: LoadDemo, onProgress: OnProgress): Promise<void> {
  const login = await readFirstLogin(platform)
  if (login?.demo !== 'loading') return
  await loadDemo(platform, onProgress)
  await keepFirstLogin(platform, { ...login, demo: 'loaded' })
}

export function firstLoginFile(platform: Platform): string {
  return path.join(platform.config.dataDir, 'first-login.json')
}

async function readFirstLogin(platform: Platform): Promise<FirstLogin | null> {
  const text = await fs.readFile(firstLoginFile(platform), 'utf8').catch(() => null)
  return text === null ? null : FirstLogin.parse(JSON.parse(text))
}

async function keepFirstLogin(platform: Platform, login: FirstLogin): Promise<void> {
  const file = firstLoginFile(platform)
  // A password that the operator chose is known to the operator; it is not written down.
  const { owner } = platform.config
  const password = owner?.password === login.password ? '' : login.password
  await fs.writeFile(`${file}.new`, `${JSON.stringify({ ...login, password }, null, 2)}\n`, { mode: 0o600 })
  await fs.rename(`${file}.new`, file)
}

async function anyUser(platform: Platform): Promise<boolean> {
  const { rows } = await sql`select 1 from users limit 1`.execute(platform.db)
  return rows.length > 0
}

function firstLogin(owner: Config['owner'], withDemo: boolean): FirstLogin {
  return { email: owner?.email ?? demoEmail, password: owner?.password ?? newPassword(), demo: withDemo ? 'loading' : 'none' }
}

function newPassword(): string {
  const letter = (): string => passwordLetters[randomInt(passwordLetters.length)] ?? 'x'
  return Array.from({ length: 4 }, () => Array.from({ length: 4 }, letter).join('')).join('-')
}
