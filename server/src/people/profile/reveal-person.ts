import { mutate, type Context } from '../../access/index.ts'
import { personalAttributes } from '../attributes/personal-data.ts'
import type { AttributeData } from '../record/person-draft.ts'
import { findPerson } from './read-person.ts'

interface Revealed {
  phone: string | null
  email: string | null
  attributes: Record<string, AttributeData>
}

/** Phone, e-mail and personal data of a person, readable; an audit row says who looked. Throws `not-found`. */
export async function revealPerson(ctx: Context, { personId }: { personId: number }): Promise<Revealed> {
  const person = await findPerson(ctx, personId)
  const vault = await ctx.platform.vaults.of(ctx.workspaceId)
  const personal = await personalAttributes(ctx)
  return mutate(ctx, { action: 'person.reveal', targetKind: 'person', targetId: String(person.id) }, async () => ({
    phone: person.sealed_phone ? vault.open(person.sealed_phone) : null,
    email: person.sealed_email ? vault.open(person.sealed_email) : null,
    attributes: Object.fromEntries(Object.entries(person.attributes).filter(([key]) => personal.has(key))),
  }))
}
