import { type MessageState, messageStates } from '../../../contracts/delivery.ts'

/** What may happen to a message, and to which state it leads. Every write of `messages.state` is one of these. */
const transitions = {
  /** Planning */
  suppress: { from: ['planned', 'ready'], to: 'suppressed' },
  release: { from: ['planned'], to: 'ready' },
  cancel: { from: ['planned', 'ready'], to: 'cancelled' },
  /** Sending: the claim is committed before the provider is called. */
  claim: { from: ['ready'], to: 'claimed' },
  accept: { from: ['claimed'], to: 'accepted' },
  giveBack: { from: ['claimed'], to: 'ready' },
  refuse: { from: ['claimed'], to: 'failed' },
  /** A crash, an ambiguous answer, or no receipt in time. */
  lose: { from: ['claimed', 'accepted'], to: 'unknown' },
  /** Receipts, also late ones. */
  deliver: { from: ['accepted', 'unknown'], to: 'delivered' },
  fail: { from: ['accepted', 'unknown'], to: 'failed' },
  /** Only an operator sends an unknown message again. */
  sendAgain: { from: ['unknown'], to: 'ready' },
} as const satisfies Record<string, { from: readonly MessageState[]; to: MessageState }>

export type MessageChange = keyof typeof transitions

/** The state a change leads to, or undefined when it is not allowed from `state`. */
export function nextState(state: MessageState, change: MessageChange): MessageState | undefined {
  const { from, to } = transitions[change]
  return (from as readonly MessageState[]).includes(state) ? to : undefined
}

/** States a change is allowed from: the guard of every `update messages`. */
export function statesBefore(change: MessageChange): MessageState[] {
  return [...transitions[change].from]
}

/** States that can follow a state, whatever happens. */
export function statesAfter(state: MessageState): MessageState[] {
  const reachable = new Set<MessageState>(
    Object.values(transitions)
      .filter(({ from }) => (from as readonly MessageState[]).includes(state))
      .map(({ to }) => to),
  )
  return messageStates.filter((each) => reachable.has(each))
}
