import { describe, expect, it } from 'vitest'
import { isOptOut, normaliseReply } from './reply-keywords.ts'

describe('reply keywords', () => {
  it.each(['R', 'r', ' R ', 'R', 'TD', 'td', 'TD。', 'T', 'N', '退订', '【退订】', '退 订', '拒收!', '取消', 'Stop', 'unsubscribe', 'QX', 'R123', 'td 01'])(
    '%s asks to stop',
    (text) => {
      expect(isOptOut(text)).toBe(true)
    },
  )

  it.each(['谢谢', 'ROK', '怎么退订', '不要退订', 'TDK', 'TODAY', '1', '', '还有货吗?', 'NO'])('%s does not', (text) => {
    expect(isOptOut(text)).toBe(false)
  })

  it('are compared without width, spaces and punctuation', () => {
    expect(normaliseReply(' 【TD】。01 ')).toBe('TD01')
  })
})
