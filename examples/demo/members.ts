import { Random } from './random.ts'
import type { Customer, Shop } from './simulate.ts'

/** What the shop's membership system knows of a customer besides the basics. */
export interface Member {
  level: '普通' | '银卡' | '金卡'
  points: number
  address: string | null
  /** Known for some of those who joined in the mini program. */
  wechat: { unionId: string; openId: string } | null
  /** As a cell of a file: 「偏好品类=护肤、价格敏感」. */
  tags: readonly string[]
}

/** The shop's mini program; app ids of real ones are `wx` and 16 hexadecimal digits. */
const miniProgramId = 'wx0000000000demo01'
const streets = ['春晓路', '梧桐街', '望江路', '长宁街', '观澜路', '青石巷', '云栖路', '金桂街', '河滨路', '书院街']

/** Describes every customer by what was ordered. Draws from a source of chance of its own, so that the simulated shop stays what it was. */
export function describeMembers({ customers, orderLines }: Shop, seed: number): Map<string, Member> {
  const spentFen = new Map<string, number>()
  for (const { memberNo, amountFen } of orderLines) spentFen.set(memberNo, (spentFen.get(memberNo) ?? 0) + amountFen)
  const random = new Random(seed + 1)
  return new Map(customers.map((customer) => [customer.memberNo, describeMember(random, customer, spentFen.get(customer.memberNo) ?? 0)]))
}

function describeMember(random: Random, customer: Customer, spentFen: number): Member {
  const hasWechat = customer.registrationChannel === '小程序' && random.chance(0.25)
  return {
    level: spentFen >= 300_000 ? '金卡' : spentFen >= 80_000 ? '银卡' : '普通',
    points: Math.floor((spentFen / 100) * (0.4 + 0.6 * random.next())),
    address: random.chance(0.4) ? addressIn(random, customer) : null,
    wechat: hasWechat ? { unionId: `o6_${token(random, 25)}`, openId: `${miniProgramId}:o${token(random, 27)}` } : null,
    tags: [
      ...(spentFen > 0 && random.chance(0.5) ? [`偏好品类=${customer.favouriteCategory}`] : []),
      ...(random.chance(0.06) ? ['价格敏感'] : []),
      ...(spentFen > 100_000 && random.chance(0.2) ? ['礼盒采购'] : []),
    ],
  }
}

/** A made-up address in a customer's city. */
export function addressIn(random: Random, { city }: Pick<Customer, 'city'>): string {
  return `${city}市${random.pick(streets)} ${1 + random.below(400)} 号 ${1 + random.below(30)} 幢 ${1 + random.below(20)}0${1 + random.below(4)} 室`
}

function token(random: Random, length: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
  return Array.from({ length }, () => letters[random.below(letters.length)]).join('')
}
