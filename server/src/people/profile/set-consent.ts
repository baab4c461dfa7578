import type { Person } from '../../../../contracts/people.ts'
import { mutate, type Context } from '../../access/index.ts'
import { findPerson, readPerson } from './read-person.ts'
import { recordConsents } from '../record/record-consents.ts'

interface ConsentInput {
  personId: number
  channel: 'sms'
  purpose: 'marketing'
  state: 'granted' | 'withdrawn'
  /** Where and how the person said so. */
  proof: string
}

/** Records what a person said to staff: from now on it holds, and without consent no marketing goes out. Throws `not-found`. */
export async function setConsent(ctx: Context, input: ConsentInput): Promise<Person> {
  const { channel, purpose, state, proof } = input
  const { id: personId } = await findPerson(ctx, input.personId)
  const action = state === 'granted' ? 'consent.grant' : 'consent.withdraw'
  await mutate(ctx, { action, targetKind: 'person', targetId: String(personId), detail: { channel, purpose } }, (tx) =>
    recordConsents(tx, ctx.workspaceId, [{ personId, channel, purpose, state, proof, source: 'console', timeMs: ctx.platform.clock.now().getTime() }]),
  )
  return readPerson(ctx, { personId })
}
