/** What a sender's SDK does: batches one after the other, each again until it is acknowledged. */
export interface Senders {
  /** Answers so far, by status; 0 for none at all. */
  statuses: Map<number, number>
  /** Answers without the time after which to try again, where one is owed. */
  withoutRetryAfter: number
  /** No new batches; returns how many events were acknowledged, every one of which must be stored once. */
  finish(): Promise<number>
}

interface Sending {
  url: string
  writeKey: string
  count: number
  eventsPerBatch: number
}

const pauseMs = 60

/** Starts `count` senders at once. */
export function startSenders({ url, writeKey, count, eventsPerBatch }: Sending): Senders {
  const senders: Senders = { statuses: new Map(), withoutRetryAfter: 0, finish }
  const headers = { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`, 'content-type': 'application/json' }
  const ending = new AbortController()
  let acknowledged = 0

  async function post(body: string): Promise<number> {
    try {
      const answer = await fetch(`${url}/v1/batch`, { method: 'POST', headers, body, signal: AbortSignal.timeout(60_000) })
      await answer.arrayBuffer()
      if ((answer.status === 503 || answer.status === 429) && !answer.headers.has('retry-after')) senders.withoutRetryAfter++
      return answer.status
    } catch {
      return 0
    }
  }

  async function send(sender: number): Promise<void> {
    for (let batch = 0; !ending.signal.aborted; batch++) {
      const body = JSON.stringify({ batch: Array.from({ length: eventsPerBatch }, (_, index) => eventOf(sender, batch, index)) })
      for (;;) {
        const status = await post(body)
        senders.statuses.set(status, (senders.statuses.get(status) ?? 0) + 1)
        if (status === 200) break
        await new Promise((resolve) => setTimeout(resolve, pauseMs * 4))
      }
      acknowledged += eventsPerBatch
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }

  const running = Array.from({ length: count }, (_, sender) => send(sender))
  async function finish(): Promise<number> {
    ending.abort()
    await Promise.all(running)
    return acknowledged
  }
  return senders
}

/** Clocks of senders are wrong, some by years. */
const clockErrorsMs = [0, 90_000, -3_600_000, 3 * 365 * 86_400_000, -5 * 365 * 86_400_000]

function eventOf(sender: number, batch: number, index: number): object {
  const errorMs = clockErrorsMs[sender % clockErrorsMs.length]!
  return {
    type: 'track',
    event: 'Product Viewed',
    messageId: `${sender}-${batch}-${index}`,
    userId: `u${(sender * 31 + batch * 7 + index) % 200}`,
    timestamp: new Date(Date.now() + errorMs).toISOString(),
    sentAt: new Date(Date.now() + errorMs).toISOString(),
    properties: { sku: `S${index}`, price: index },
  }
}
