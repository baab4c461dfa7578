import type { OutgoingMessage, ProviderSession, SendOutcome } from '../channels/index.ts'
import { errorMessage } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'

/** Providers keep their own shorter timeouts; past this a call counts as lost. */
const callSecondsMax = 180

/**
 * Sends messages in the batches and the parallelism that the session asks for. One outcome per message, in order, whatever the provider does:
 * a call that throws, answers the wrong number of outcomes or never ends leaves its messages ambiguous. After a throttled batch nothing
 * more is tried: the rest is throttled too.
 */
export async function sendBatch(
  session: ProviderSession,
  messages: readonly OutgoingMessage[],
  { signal, log }: { signal: AbortSignal; log: Log },
): Promise<SendOutcome[]> {
  const outcomes: SendOutcome[] = Array.from({ length: messages.length })
  let next = 0
  let throttled: SendOutcome | null = null
  const work = async (): Promise<void> => {
    while (next < messages.length) {
      const from = next
      const batch = messages.slice(from, from + session.batchMax)
      next += batch.length
      const results: SendOutcome[] = throttled ? batch.map(() => throttled as SendOutcome) : await callProvider(session, batch, { signal, log })
      results.forEach((outcome, index) => (outcomes[from + index] = outcome))
      if (results.every(({ kind }) => kind === 'throttled')) throttled ??= results[0] ?? null
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, session.parallelMax) }, work))
  return outcomes
}

async function callProvider(
  session: ProviderSession,
  batch: readonly OutgoingMessage[],
  { signal, log }: { signal: AbortSignal; log: Log },
): Promise<SendOutcome[]> {
  const lost = (code: string): SendOutcome[] => batch.map(() => ({ kind: 'ambiguous', code }))
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => (timer = setTimeout(resolve, callSecondsMax * 1000, null)))
  try {
    const results = await Promise.race([session.send(batch, signal), late])
    if (results === null) return lost('timeout')
    return results.length === batch.length ? results : lost('wrongAnswer')
  } catch (error) {
    log.error({ error: errorMessage(error) }, 'a provider threw while sending')
    return lost('providerError')
  } finally {
    clearTimeout(timer)
  }
}
