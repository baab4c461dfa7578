import { between, chance } from './random.ts'

/** Shares and waiting times of the simulated network. Times are seconds before `speed` is applied. */
export interface Behaviour {
  /** Properties of a number: the same number always behaves so. */
  emptyNumberShare: number
  blacklistedShare: number
  /** Chances per message. */
  switchedOffShare: number
  flowControlShare: number
  blockedShare: number
  noReceiptShare: number
  replyShare: number
  /** Of the replies, how many ask to stop. */
  optOutReplyShare: number
  duplicateCallbackShare: number
  receiptSeconds: readonly [number, number]
  replySeconds: readonly [number, number]
}

export const usualBehaviour: Behaviour = {
  emptyNumberShare: 0.012,
  blacklistedShare: 0.003,
  switchedOffShare: 0.025,
  flowControlShare: 0.004,
  blockedShare: 0.003,
  noReceiptShare: 0.004,
  replyShare: 0.015,
  optOutReplyShare: 0.45,
  duplicateCallbackShare: 0.02,
  receiptSeconds: [1, 20],
  replySeconds: [10, 180],
}

/** Numbers that end so always have this fate, for trials and tests; `silent` never gets a receipt. */
export const fateByLastDigits: Readonly<Record<string, string>> = {
  '0000': 'MK:0001',
  '0001': 'MK:0010',
  '0002': 'DB:0144',
  '0003': 'IB:0008',
  '0004': 'silent',
  '0008': 'DELIVRD',
}
/** Numbers that end so always answer. */
const replyByLastDigits: Readonly<Record<string, string>> = { '0005': 'TD', '0006': '退订', '0007': '还有货吗?' }

const optOutReplies = ['R', 'TD', '退订', 'T', 'td ', '【退订】'] as const
const otherReplies = ['还有货吗?', '谢谢', '怎么使用优惠券', '几点营业?', '已下单', '活动到什么时候', '好的', '地址在哪里'] as const

export interface Fate {
  /** DELIVRD, a carrier's code, or null when no receipt ever comes. */
  receipt: string | null
  receiptAfterSeconds: number
  reply: string | null
  replyAfterSeconds: number
}

/** What becomes of a message: the pattern of its number first, then chance. */
export function fateOf(behaviour: Behaviour, seed: number, message: { to: string; id: string }): Fate {
  const draw = (question: string): number => chance(seed, message.id, question)
  const receipt = receiptOf(behaviour, seed, message)
  const reply = receipt === 'DELIVRD' ? replyOf(behaviour, message.to, draw) : null
  return {
    receipt,
    receiptAfterSeconds: between(...behaviour.receiptSeconds, draw('receipt delay')),
    reply,
    replyAfterSeconds: between(...behaviour.receiptSeconds, draw('receipt delay')) + between(...behaviour.replySeconds, draw('reply delay')),
  }
}

function receiptOf(behaviour: Behaviour, seed: number, message: { to: string; id: string }): string | null {
  const pattern = fateByLastDigits[message.to.slice(-4)]
  if (pattern !== undefined) return pattern === 'silent' ? null : pattern
  if (replyByLastDigits[message.to.slice(-4)] !== undefined) return 'DELIVRD'
  const ofNumber = chance(seed, message.to, 'number')
  if (ofNumber < behaviour.emptyNumberShare) return 'MK:0001'
  if (ofNumber < behaviour.emptyNumberShare + behaviour.blacklistedShare) return 'DB:0144'
  const perMessage: readonly (readonly [number, string | null])[] = [
    [behaviour.switchedOffShare, 'MK:0010'],
    [behaviour.flowControlShare, 'IB:0008'],
    [behaviour.blockedShare, 'MK:0015'],
    [behaviour.noReceiptShare, null],
  ]
  let left = chance(seed, message.id, 'receipt')
  for (const [share, outcome] of perMessage) {
    if (left < share) return outcome
    left -= share
  }
  return 'DELIVRD'
}

function replyOf(behaviour: Behaviour, to: string, draw: (question: string) => number): string | null {
  const pattern = replyByLastDigits[to.slice(-4)]
  if (pattern !== undefined) return pattern
  if (draw('reply') >= behaviour.replyShare) return null
  const list = draw('reply kind') < behaviour.optOutReplyShare ? optOutReplies : otherReplies
  return list[Math.floor(draw('reply text') * list.length)] ?? null
}
