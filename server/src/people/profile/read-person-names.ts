import type { Context } from '../../access/index.ts'
import { nameMask } from '../attributes/personal-data.ts'
import { maskEmail, maskPhone } from '../masking/mask.ts'
import { readPersonStates } from '../record/person-state.ts'
import { runnerOf } from '../query-runner.ts'

/** What some people go by where they are only mentioned: the name, masked where it is personal data, and the phone or e-mail address, masked. */
export async function readPersonNames(ctx: Context, personIds: readonly number[]): Promise<Map<number, { name: string | null; phone: string | null }>> {
  if (personIds.length === 0) return new Map()
  const states = await readPersonStates(runnerOf(ctx.platform.db), ctx.workspaceId, { personIds: new Set(personIds), lock: false })
  const [vault, shownName] = await Promise.all([ctx.platform.vaults.of(ctx.workspaceId), nameMask(ctx)])
  return new Map(
    Array.from(states, ([id, { attributes, sealedPhone, sealedEmail }]) => {
      const address = sealedPhone ? maskPhone(vault.open(sealedPhone)) : sealedEmail ? maskEmail(vault.open(sealedEmail)) : null
      return [id, { name: shownName(attributes['name'] === undefined ? null : String(attributes['name'])), phone: address }]
    }),
  )
}
