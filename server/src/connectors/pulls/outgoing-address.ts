import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { isOnList, parseAddresses } from '../../platform/address-list.ts'
import type { Config } from '../../platform/config.ts'
import { PullError } from './pull-error.ts'

/**
 * Addresses that are not of the public internet (IANA special-purpose registries, RFC 6890 and its updates), where a pull could reach what only this
 * server may reach.
 */
const privateBlocks = blocks([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/127',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/32',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
])
/** Where clouds tell a machine its own credentials: never, whatever is allowed. */
const metadataBlocks = blocks(['169.254.169.254', '169.254.170.2', '100.100.100.200', 'fd00:ec2::254'])

function blocks(texts: readonly string[]): BlockList {
  const list = parseAddresses(texts)
  if (!list) throw new Error('A built-in address block is none')
  return list
}

/** Whether a pull may connect to an address. */
export function mayConnectTo(config: Config, address: string): boolean {
  if (isOnList(metadataBlocks, address)) return false
  if (!isOnList(privateBlocks, address)) return isIP(address) !== 0
  const { privateAddresses } = config.outgoing
  return privateAddresses.includes('all') || isOnList(parseAddresses(privateAddresses.filter((entry) => entry !== 'all')) ?? new BlockList(), address)
}

/**
 * The address of a host to connect to, looked up once: what is checked is what is used. Throws a PullError when there is none or when one of
 * several is private and not allowed.
 */
export async function addressOf(config: Config, host: string): Promise<string> {
  const bare = host.replace(/^\[|\]$/g, '')
  const addresses = isIP(bare) === 0 ? await resolve(bare) : [bare]
  const refused = addresses.find((address) => !mayConnectTo(config, address))
  if (refused !== undefined || addresses[0] === undefined) throw refusal(host)
  return addresses[0]
}

async function resolve(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address)
  } catch (error) {
    throw new PullError({ zh: `找不到主机 ${host}`, en: `The host ${host} is not known` }, error)
  }
}

function refusal(host: string): PullError {
  return new PullError({
    zh: `${host} 是内网或保留地址。如确需连接，请管理员在启动配置 HONGYAN_PRIVATE_ADDRESSES 中放行该网段`,
    en: `${host} is a private or reserved address. If it is meant, an administrator allows its block in HONGYAN_PRIVATE_ADDRESSES`,
  })
}
