import type { Member } from './members.ts'
import { addressIn } from './members.ts'
import { Random } from './random.ts'
import type { Customer, Shop } from './simulate.ts'

/** A row of the till's own list of members: another system, other numbers, the same people now and then. */
export interface StoreMember {
  cardNo: string
  name: string
  phone: string | null
  birthday: string
  address: string | null
  tags: readonly string[]
}

const regulars = 90
const familyPhones = 8
const duplicates = 14

/**
 * Members of the shop in town. Most are nobody else; some give the phone of a member with another number (two people, or one with two cards: somebody has to say),
 * some are customers under a name, birthday and address that are nearly the same, without a phone to tell it by.
 */
export function storeMembers(shop: Shop, members: ReadonlyMap<string, Member>, seed: number): StoreMember[] {
  const random = new Random(seed + 2)
  const known = shop.customers.filter((customer) => customer.phone !== null && members.get(customer.memberNo)?.address)
  const rows: Omit<StoreMember, 'cardNo'>[] = []
  const tags = ['门店会员']
  for (let index = 0; index < regulars; index++) {
    const like = random.pick(shop.customers)
    const phone = `164${String(index * 8191 + 90_000_003).slice(-8)}`
    rows.push({ name: random.pick(shop.customers).name, phone, birthday: random.pick(shop.customers).birthday, address: addressIn(random, like), tags })
  }
  for (let index = 0; index < familyPhones && known.length > 0; index++) {
    const owner = random.pick(known)
    rows.push({ name: owner.name[0] + random.pick(shop.customers).name.slice(1), phone: owner.phone, birthday: owner.birthday, address: null, tags })
  }
  for (let index = 0; index < duplicates && known.length > 0; index++) rows.push({ ...nearly(random, random.pick(known), members), tags })
  return rows.map((row, index) => ({ cardNo: `S${String(8000 + index)}`, ...row }))
}

/** The same customer as a clerk wrote it down: no phone, the address shortened, or a slip in the birthday. */
function nearly(random: Random, customer: Customer, members: ReadonlyMap<string, Member>): Omit<StoreMember, 'cardNo' | 'tags'> {
  const address = members.get(customer.memberNo)?.address ?? ''
  return { name: customer.name, phone: null, birthday: customer.birthday, address: random.chance(0.5) ? address.replace('市', '') : address }
}
