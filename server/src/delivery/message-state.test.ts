import { describe, expect, it } from 'vitest'
import { messageStates } from '../../../contracts/delivery.ts'
import { type MessageChange, nextState, statesAfter, statesBefore } from './message-state.ts'

describe('states of a message', () => {
  it('are exactly those of the contract', () => {
    expect(Object.fromEntries(messageStates.map((state) => [state, statesAfter(state)]))).toEqual({
      planned: ['suppressed', 'ready', 'cancelled'],
      suppressed: [],
      ready: ['suppressed', 'claimed', 'cancelled'],
      claimed: ['ready', 'accepted', 'failed', 'unknown'],
      accepted: ['delivered', 'failed', 'unknown'],
      delivered: [],
      failed: [],
      unknown: ['ready', 'delivered', 'failed'],
      cancelled: [],
    })
  })

  it('lead only where the table says', () => {
    const changes: MessageChange[] = ['suppress', 'release', 'cancel', 'claim', 'accept', 'giveBack', 'refuse', 'lose', 'deliver', 'fail', 'sendAgain']
    for (const change of changes) for (const state of messageStates) expect(nextState(state, change) !== undefined).toBe(statesBefore(change).includes(state))
    expect(nextState('accepted', 'claim')).toBeUndefined()
    expect(nextState('unknown', 'sendAgain')).toBe('ready')
  })
})
