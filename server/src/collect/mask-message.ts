import { sql } from 'kysely'
import type { Context } from '../access/index.ts'
import { maskAddresses } from '../people/index.ts'

const hiddenValue = '•••'
/** Where wire formats and items keep the properties of an event. */
const propertyHolders = new Set(['properties'])
/** Keys under which senders give who somebody is. */
const personalKeys = /^(?:phone|mobile|email|e_mail|tel|name|first_?name|last_?name|real_?name|id_?card|address|birthday|\$?user_?name)$/i

/**
 * A message as somebody may see it: whole with the right to personal data, else with phones and e-mail addresses masked wherever they
 * stand, and what is personal by its name or by its mark replaced.
 */
export async function maskMessage(ctx: Context, message: unknown, event: string | null): Promise<unknown> {
  if (ctx.permissions.has('people.reveal')) return message
  return mask(maskAddresses(message), await readPersonalProperties(ctx, event), false)
}

function mask(value: unknown, personal: ReadonlySet<string>, isProperties: boolean): unknown {
  if (Array.isArray(value)) return value.map((one) => maskPair(one) ?? mask(one, personal, false))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const isPlain = typeof inner !== 'object' || inner === null
      if (inner !== null && (isProperties ? personal.has(key) || personalKeys.test(key) : isPlain && personalKeys.test(key) && key !== 'name'))
        return [key, isPlain && typeof inner === 'string' && inner.includes('*') ? inner : hiddenValue]
      return [key, mask(inner, personal, propertyHolders.has(key))]
    }),
  )
}

/** An identity of an item, `[namespace, value]`. */
function maskPair(value: unknown): unknown[] | null {
  if (!Array.isArray(value) || value.length !== 2 || typeof value[0] !== 'string' || typeof value[1] !== 'string') return null
  return personalKeys.test(value[0]) && !value[1].includes('*') ? [value[0], hiddenValue] : value
}

async function readPersonalProperties(ctx: Context, event: string | null): Promise<Set<string>> {
  if (event === null) return new Set()
  const { rows } = await sql<{ property: string }>`
    select property from event_properties where workspace_id = ${ctx.workspaceId} and event = ${event} and is_pii`.execute(ctx.platform.db)
  return new Set(rows.map(({ property }) => property))
}
