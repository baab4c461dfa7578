import { BlockList, isIP } from 'node:net'

/** A list of IP addresses and CIDR blocks; null when one of them is neither. */
export function parseAddresses(texts: readonly string[]): BlockList | null {
  const list = new BlockList()
  for (const text of texts) if (!addAddress(list, text.trim())) return null
  return list
}

/** Whether one entry is an address or a block. */
export function isAddressBlock(text: string): boolean {
  return addAddress(new BlockList(), text.trim())
}

function addAddress(list: BlockList, text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const version = isIP(address)
  if (version === 0 || more.length > 0) return false
  const family = version === 4 ? 'ipv4' : 'ipv6'
  if (bits === undefined) list.addAddress(address, family)
  else if (!/^\d{1,3}$/.test(bits) || Number(bits) > (version === 4 ? 32 : 128)) return false
  else list.addSubnet(address, Number(bits), family)
  return true
}

/** Whether an address is on a list; an IPv4 address written as IPv6 (`::ffff:1.2.3.4`) is the IPv4 address. */
export function isOnList(list: BlockList, address: string): boolean {
  const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
  const version = isIP(plain)
  return version !== 0 && list.check(plain, version === 4 ? 'ipv4' : 'ipv6')
}
