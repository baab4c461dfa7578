import type { Permission, Role } from '../../../contracts/permissions.ts'
import type { Platform } from '../platform/platform.ts'
import type { SignedInUser, WriteKeySource } from './handlers.ts'
import { TimedCache } from '../platform/timed-cache.ts'
import { AttemptLimit } from './attempt-limit.ts'

export interface Session {
  user: SignedInUser
  tokenHash: Buffer
  expiresAt: Date
  /** Role by workspace. */
  roles: ReadonlyMap<number, Role>
}

export interface KnownApiKey {
  apiKeyId: string
  workspaceId: number
  name: string
  permissions: readonly Permission[]
}

/** What access remembers between requests. A change made by this process is seen at once, one made by another within `keepMs`. */
interface Lookups {
  sessions: TimedCache<Session>
  apiKeys: TimedCache<KnownApiKey>
  writeKeys: TimedCache<WriteKeySource>
  signIns: AttemptLimit
}

const keepMs = 5000
const lookups = new WeakMap<Platform, Lookups>()

export function lookupsOf(platform: Platform): Lookups {
  const known = lookups.get(platform)
  if (known) return known
  const { clock } = platform
  const made = {
    sessions: new TimedCache<Session>({ clock, keepMs }),
    apiKeys: new TimedCache<KnownApiKey>({ clock, keepMs }),
    writeKeys: new TimedCache<WriteKeySource>({ clock, keepMs }),
    signIns: new AttemptLimit(clock),
  }
  lookups.set(platform, made)
  return made
}
