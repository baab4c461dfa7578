import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { piecesOf } from './pieces.ts'

async function read(chunks: Iterable<Buffer> | AsyncIterable<Buffer>, limits: { rowsMax: number; bytesMax: number }) {
  const pieces: { token: string; text: string }[] = []
  for await (const piece of piecesOf(chunks, 'token', limits)) {
    let text = ''
    for await (const bytes of piece.bytes) text += bytes.toString('latin1')
    pieces.push({ token: piece.token, text })
  }
  return pieces
}

const limits = { rowsMax: 3, bytesMax: 20 }

describe('piecesOf', () => {
  it('cuts at whole lines, by rows and by bytes, and derives a token for each further piece', async () => {
    const lines = Buffer.from('1\n2\n3\n4\nlonger than twenty bytes\n5\n')
    expect(await read([lines], limits)).toEqual([
      { token: 'token', text: '1\n2\n3\n' },
      { token: 'token/1', text: '4\nlonger than twenty bytes\n' },
      { token: 'token/2', text: '5\n' },
    ])
  })

  it('makes no piece of nothing', async () => {
    expect(await read([], limits)).toEqual([])
    expect(await read([Buffer.alloc(0), Buffer.alloc(0)], limits)).toEqual([])
  })

  it('cuts at the same places however the bytes arrive, and loses none', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.stringMatching(/^[a-z]{0,12}$/)), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), async (lines, sizes) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
        function* chunks() {
          for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1
            yield bytes.subarray(at, at + size)
            at += size
          }
        }
        const pieces = await read(chunks(), limits)
        expect(pieces).toEqual(await read([bytes], limits))
        expect(pieces.map((piece) => piece.text).join('')).toBe(bytes.toString())
        for (const { text } of pieces) expect(text.split('\n').length - 1).toBeLessThanOrEqual(limits.rowsMax)
      }),
    )
  })

  it('closes its source when it is left', async () => {
    let isClosed = false
    async function* source() {
      try {
        for (;;) yield Buffer.from('1\n2\n')
      } finally {
        isClosed = true
      }
    }
    for await (const _ of piecesOf(source(), 'token', limits)) break
    expect(isClosed).toBe(true)
  })
})
