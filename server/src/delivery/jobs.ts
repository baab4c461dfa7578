import { registerInboxHandler } from '../collect/index.ts'
import { registerPersonTable, type PersonTable } from '../people/index.ts'
import type { Platform } from '../platform/platform.ts'
import { noteDisabledAccounts } from './hold-reason.ts'
import { parkedReceiptsLoop, retryParkedReceipts } from './parked-receipts.ts'
import { receiveCallbacks } from './receive-callbacks.ts'
import { expireReceipts, recoverClaims } from './recover-claims.ts'
import { senderOf } from './sender-of.ts'
import { senderLoops } from './wake-sender.ts'

/** The first loops look for work often; the others are woken, or come to help within seconds. */
const pollMs = 1000
const helperPollMs = 5000
const watchfulLoops = 2
const recoverMs = 5000
const parkedMs = 2000
const expireEverySeconds = 300

/** Whose rows follow a merge of people: caps and pages count the messages of both. Both may have got the same campaign. */
const tablesOfPeople: PersonTable[] = [
  { kind: 'rows', name: 'messages', id: 'id', unique: { columns: ['cause_id', 'person_id', 'channel', 'occurrence'], rename: 'occurrence' } },
  { kind: 'rows', name: 'replies', id: 'id' },
]

/** Registers the sender, its recovery, and the reader of callbacks. */
export function startDelivery(platform: Platform): void {
  registerInboxHandler('callback', receiveCallbacks)
  for (const table of tablesOfPeople) registerPersonTable(table)
  const sender = senderOf(platform)
  senderLoops.forEach((name, index) => platform.jobs.loop(name, index < watchfulLoops ? pollMs : helperPollMs, (signal) => sender.step(signal)))
  platform.jobs.loop('delivery.recover', recoverMs, async () => {
    await noteDisabledAccounts(platform.db)
    return (await recoverClaims(platform)) > 0
  })
  platform.jobs.loop(parkedReceiptsLoop, parkedMs, () => retryParkedReceipts(platform))
  platform.jobs.every('delivery.expireReceipts', expireEverySeconds, async (signal) => {
    while (!signal.aborted && (await expireReceipts(platform)) > 0);
  })
}

/** After background work has stopped: gives up the name this process claimed under. */
export async function stopDelivery(platform: Platform): Promise<void> {
  await senderOf(platform).close()
}
