import type { LocaleText } from '../../../../contracts/common.ts'

/** Why a pull cannot go on, for the person who set it up. */
export class PullError extends Error {
  readonly words: LocaleText

  constructor(words: LocaleText, cause?: unknown) {
    super(words.en, { cause })
    this.words = words
  }
}

/** What a failed connection means, in words for whoever set it up; by the code of the error or the words of the driver. */
const connectionTroubles: readonly (readonly [sign: RegExp, words: LocaleText])[] = [
  [
    /ECONNREFUSED/,
    { zh: '连不上：该地址和端口没有程序在监听，请检查地址、端口与防火墙', en: 'Nothing listens at this address and port: check both, and the firewall' },
  ],
  [
    /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|connection timeout|timeout expired/i,
    { zh: '连接超时：网络不通，请检查地址、防火墙与白名单', en: 'The connection timed out: check the address, the firewall and lists of allowed addresses' },
  ],
  [/ENOTFOUND|EAI_AGAIN/, { zh: '找不到这个主机名', en: 'There is no host of this name' }],
  [
    /does not support SSL|does not support secure connection/i,
    {
      zh: '服务器没有开启加密连接：请在服务器上开启，或把加密改为「不加密」',
      en: 'The server has no encrypted connections: turn them on there, or choose no encryption here',
    },
  ],
]

/** The same as a sentence; null for anything that is no trouble of the connection. */
export function connectionTrouble(error: unknown): LocaleText | null {
  const { code } = error as { code?: unknown }
  const said = `${typeof code === 'string' ? code : ''} ${saidBy(error)}`
  return connectionTroubles.find(([sign]) => sign.test(said))?.[1] ?? null
}

/** What a database or an interface said, short enough to show. */
export function saidBy(error: unknown): string {
  const { message, code } = error as { message?: unknown; code?: unknown }
  const text = typeof message === 'string' && message !== '' ? message : typeof code === 'string' ? code : 'error'
  return text.replaceAll(/\s+/g, ' ').slice(0, 300)
}
