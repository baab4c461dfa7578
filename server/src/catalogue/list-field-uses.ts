import { staleDays, type FieldUse, type FieldUser } from '../../../contracts/catalogue.ts'
import type { Context } from '../access/index.ts'
import { listUsables, readUses } from '../people/index.ts'

const dayMs = 86_400_000

/** Everything that can be used with what uses it: the unused first, then by name. */
export async function listFieldUses(ctx: Context): Promise<FieldUse[]> {
  const [usables, uses] = await Promise.all([listUsables(ctx), readUses(ctx)])
  const users = new Map<string, Map<string, FieldUser>>()
  for (const { of, by } of uses) {
    const key = `${of.kind} ${of.key}`
    const known = users.get(key) ?? new Map<string, FieldUser>()
    known.set(`${by.kind} ${by.id}`, by)
    users.set(key, known)
  }
  const staleBefore = ctx.platform.clock.now().getTime() - staleDays * dayMs
  return usables
    .map((usable): FieldUse => {
      const { lastSeenAt } = usable
      const isStale = lastSeenAt === null || lastSeenAt.getTime() < staleBefore
      return {
        ...usable,
        lastSeenAt: lastSeenAt?.toISOString() ?? null,
        stale: isStale,
        users: [...(users.get(`${usable.kind} ${usable.key}`)?.values() ?? [])],
      }
    })
    .toSorted((left, right) => left.users.length - right.users.length || (left.label.zh < right.label.zh ? -1 : 1))
}
