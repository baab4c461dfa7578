import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CallbackRequest, Inbound, OutgoingMessage, ProviderSession, SendOutcome } from '../provider.ts'
import type { AnyProvider } from '../registry.ts'
import { splitText } from '../sms-parts.ts'

/** How a simulated network behaves towards what comes next. */
export type PeerManner = 'accept' | 'badNumber' | 'throttle' | 'hang' | 'reset' | 'rubbish'

/** A text as it arrived, its parts put together again. */
export interface ArrivedText {
  address: string
  text: string
}

/** The other side of a provider's wire, made for the suite: `testing/peer.ts` in the provider's folder exports `startPeer`. */
export interface ProviderPeer {
  /** Settings under which the provider reaches this peer and waits for an answer for as long as a busy machine needs. */
  config: Record<string, string | number | boolean>
  /** What is otherwise where no answer comes: a second is enough. */
  impatient: Record<string, number>
  /** The same settings with a secret the peer refuses. */
  wrongConfig: Record<string, string | number | boolean>
  behave(manner: PeerManner): void
  /** Completely arrived texts, in order. */
  arrived(): ArrivedText[]
  /** Reports on the accepted message with this vendor id, over the provider's own way. */
  report(vendorId: string, address: string, state: string): Promise<void>
  /** A person's message to us. */
  reply(address: string, text: string): Promise<void>
  /** A code of the network that means "number does not exist". */
  invalidNumberCode: string
  /** A report that is not the network's; only for providers that are called back. */
  forged?(vendorId: string, address: string): CallbackRequest
  stop(): Promise<void>
}

/** `callback` hands a request to the provider as its callback URL would. */
export type StartPeer = (link: { callback: (request: CallbackRequest) => void }) => Promise<ProviderPeer>

interface Bench {
  provider: AnyProvider
  peer: ProviderPeer
  session: ProviderSession
  inbound: Inbound
  refusals: string[]
}

interface ConformanceCase {
  name: string
  /** Nothing answers here. */
  isUnanswered?: true
  run(bench: Bench): Promise<void>
}

const text = '【测试】尊敬的会员,您好!积分可兑换好礼,拒收请回复R'
const message = (number: number, words = text): OutgoingMessage => ({ messageId: 1000 + number, address: `+861380013${String(8000 + number)}`, text: words })
const never = new AbortController().signal

async function sendOne(session: ProviderSession, words = text): Promise<SendOutcome> {
  const [outcome] = await session.send([message(1, words)], never)
  assert.ok(outcome)
  return outcome
}

async function accepted(session: ProviderSession, words = text): Promise<readonly string[]> {
  const outcome = await sendOne(session, words)
  assert.equal(outcome.kind, 'accepted', JSON.stringify(outcome))
  return outcome.kind === 'accepted' ? outcome.vendorIds : []
}

async function eventually(holds: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 180_000
  while (!holds()) {
    assert.ok(performance.now() < deadline, `in time: ${what}`)
    await sleep(10)
  }
}

const longText = `【测试】${'秋季新品已到店,会员专享八折优惠😀'.repeat(9)}拒收请回复R`

/** What every provider must do, whatever its wire. Runs over each entry of the registry with a fresh session and a fresh peer per case. */
export const conformanceCases: readonly ConformanceCase[] = [
  {
    name: 'accepted messages get an id each, and their texts arrive unchanged',
    async run({ session, peer }) {
      const batch = [1, 2, 3].map((number) => message(number))
      const outcomes = await session.send(batch, never)
      const vendorIds = outcomes.flatMap((outcome) => (outcome.kind === 'accepted' ? outcome.vendorIds : []))
      assert.equal(new Set(vendorIds).size, 3)
      const byAddress = peer.arrived().toSorted((a, b) => a.address.localeCompare(b.address))
      assert.deepEqual(
        byAddress,
        batch.map(({ address, text: words }) => ({ address, text: words })),
      )
    },
  },
  {
    name: 'Chinese, Latin, punctuation and emoji make the round trip',
    async run({ session, peer }) {
      const words = '【鸿雁】Ünïcode “引号” ¥99 @#~^{}[]|\\ €—…😀👨‍👩‍👧'
      await accepted(session, words)
      assert.equal(peer.arrived()[0]?.text, words)
    },
  },
  {
    name: 'a long text arrives in one piece and is counted in parts',
    async run({ session, peer }) {
      const outcome = await sendOne(session, longText)
      assert.ok(outcome.kind === 'accepted')
      assert.equal(outcome.parts, splitText(longText).length)
      assert.equal(peer.arrived()[0]?.text, longText)
    },
  },
  {
    name: 'a bad number is permanent and blames the number',
    async run({ session, peer }) {
      peer.behave('badNumber')
      const outcome = await sendOne(session)
      assert.ok(outcome.kind === 'permanent')
      assert.equal(outcome.class, 'invalidNumber')
    },
  },
  {
    name: 'too fast is throttled, and the next message goes through',
    async run({ session, peer }) {
      peer.behave('throttle')
      assert.equal((await sendOne(session)).kind, 'throttled')
      peer.behave('accept')
      await accepted(session)
    },
  },
  {
    name: 'no answer in time is ambiguous',
    isUnanswered: true,
    async run({ session, peer }) {
      peer.behave('hang')
      assert.equal((await sendOne(session)).kind, 'ambiguous')
    },
  },
  {
    name: 'a connection reset in the middle of the answer is ambiguous, and the session comes back',
    async run({ session, peer }) {
      peer.behave('reset')
      assert.equal((await sendOne(session)).kind, 'ambiguous')
      peer.behave('accept')
      await accepted(session)
    },
  },
  {
    name: 'a rubbish answer is ambiguous, and the session comes back',
    async run({ session, peer }) {
      peer.behave('rubbish')
      assert.equal((await sendOne(session)).kind, 'ambiguous')
      peer.behave('accept')
      await accepted(session)
    },
  },
  {
    name: 'when nobody is there, nothing counts as sent',
    async run({ session, peer }) {
      await session.check()
      await peer.stop()
      // A message that goes onto a wire which has just broken is ambiguous; from then on the break is known.
      const kinds: string[] = []
      while (kinds.length < 10 && !['throttled', 'transient'].includes(kinds.at(-1) ?? '')) kinds.push((await sendOne(session)).kind)
      assert.ok(['throttled', 'transient'].includes(kinds.at(-1) ?? '') && !kinds.includes('accepted'), kinds.join())
    },
  },
  {
    name: 'after the signal nothing new is put on the wire',
    async run({ session, peer }) {
      await session.check()
      const [outcome] = await session.send([message(1)], AbortSignal.abort())
      assert.equal(outcome?.kind, 'throttled')
      assert.deepEqual(peer.arrived(), [])
    },
  },
  {
    name: 'a receipt of delivery and one of failure are read, with the class of the code',
    async run({ session, peer, inbound }) {
      const [id = ''] = await accepted(session)
      await peer.report(id, message(1).address, 'DELIVRD')
      await peer.report(id, message(1).address, peer.invalidNumberCode)
      await eventually(() => inbound.receipts.length === 2, 'two receipts')
      const [first, second] = inbound.receipts
      assert.ok(first?.vendorIds.includes(id))
      assert.deepEqual([first?.state, first?.address], ['delivered', message(1).address])
      assert.deepEqual([second?.state, second?.class, second?.code], ['failed', 'invalidNumber', peer.invalidNumberCode])
    },
  },
  {
    name: 'a receipt that comes twice says the same twice',
    async run({ session, peer, inbound }) {
      const [id = ''] = await accepted(session)
      await peer.report(id, message(1).address, 'DELIVRD')
      await peer.report(id, message(1).address, 'DELIVRD')
      await eventually(() => inbound.receipts.length === 2, 'two receipts')
      const [first, second] = inbound.receipts.map(({ atMs: _atMs, ...receipt }) => receipt)
      assert.deepEqual(first, second)
    },
  },
  {
    name: 'every part of a long text can be reported on',
    async run({ session, peer, inbound }) {
      const ids = await accepted(session, longText)
      for (const id of ids) await peer.report(id, message(1).address, 'DELIVRD')
      await eventually(() => inbound.receipts.length === ids.length, 'a receipt per id')
      assert.ok(ids.every((id, index) => inbound.receipts[index]?.vendorIds.includes(id)))
    },
  },
  {
    name: 'a reply is read with its number and its words',
    async run({ session, peer, inbound }) {
      await session.check()
      await peer.reply('+8613800138001', '退订😀')
      await eventually(() => inbound.replies.length === 1, 'a reply')
      assert.deepEqual([inbound.replies[0]?.address, inbound.replies[0]?.text], ['+8613800138001', '退订😀'])
      assert.ok(inbound.replies[0]?.vendorKey)
    },
  },
  {
    name: 'a forged receipt is refused',
    async run({ provider, session, peer, inbound, refusals }) {
      if (!provider.capabilities.callback) return
      const [id = ''] = await accepted(session)
      const forged = peer.forged?.(id, message(1).address)
      assert.ok(forged && provider.parseCallback)
      const config = provider.config.parse(peer.config)
      assert.throws(() => provider.parseCallback?.(config, forged), { reason: 'signature' })
      assert.throws(() => provider.parseCallback?.(config, { headers: {}, body: Buffer.from('{"events":[]}') }), { reason: 'signature' })
      assert.deepEqual([inbound.receipts, refusals], [[], []])
    },
  },
  {
    name: 'the check says whether the settings work',
    async run({ provider, session, peer }) {
      assert.deepEqual(await session.check(), { ok: true, error: null })
      const wrong = provider.open(provider.config.parse(peer.wrongConfig), {
        clock: { now: () => new Date() },
        callbackUrl: null,
        onInbound: async () => undefined,
      })
      const result = await wrong.check()
      assert.equal(result.ok, false)
      assert.ok(result.error?.zh && result.error.en)
      await wrong.close()
    },
  },
]

/** Runs one case on a fresh peer and a fresh session. */
export async function runConformanceCase(provider: AnyProvider, startPeer: StartPeer, each: ConformanceCase): Promise<void> {
  const inbound: Inbound = { receipts: [], replies: [] }
  const refusals: string[] = []
  const take = ({ receipts, replies }: Inbound): void => {
    inbound.receipts.push(...receipts)
    inbound.replies.push(...replies)
  }
  let config: unknown
  const peer = await startPeer({
    callback: (request) => {
      try {
        take(provider.parseCallback?.(config, request) ?? { receipts: [], replies: [] })
      } catch (error) {
        refusals.push(String(error))
      }
    },
  })
  config = provider.config.parse({ ...peer.config, ...(each.isUnanswered ? peer.impatient : {}) })
  const session = provider.open(config, {
    clock: { now: () => new Date() },
    callbackUrl: 'http://127.0.0.1:9/callback',
    onInbound: async (pushed) => take(pushed),
  })
  try {
    await each.run({ provider, peer, session, inbound, refusals })
  } finally {
    await session.close()
    await peer.stop()
  }
}
