import { mutate, type Context } from '../access/index.ts'
import { findPerson } from './read-person.ts'

/** Phone and e-mail of a person, readable; an audit row says who looked. Throws `not-found`. */
export async function revealPerson(ctx: Context, { personId }: { personId: number }): Promise<{ phone: string | null; email: string | null }> {
  const person = await findPerson(ctx, personId)
  const vault = await ctx.platform.vaults.of(ctx.workspaceId)
  return mutate(ctx, { action: 'person.reveal', targetKind: 'person', targetId: String(person.id) }, async () => ({
    phone: person.sealed_phone ? vault.open(person.sealed_phone) : null,
    email: person.sealed_email ? vault.open(person.sealed_email) : null,
  }))
}
