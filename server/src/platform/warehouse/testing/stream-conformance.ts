import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { Warehouse } from '../warehouse.ts'

/** A statement that only ends when it is ended. */
export const endless = 'select sum(cityHash64(number, number)) as total from numbers(1000000000000)'

/** Answers too large to be held come as they are computed, beside one another. */
export function testStreams(given: () => Warehouse): void {
  it('streams all bytes in order', async () => {
    let text = ''
    for await (const chunk of given().stream({ sql: 'select number, {mark:String} from numbers(200000)', params: { mark: 'tab\tnewline\n' } }, 'TabSeparated'))
      text += chunk.toString()
    const lines = text.trimEnd().split('\n')
    expect(lines.length).toBe(200_000)
    expect(lines.every((line, index) => line === `${index}\ttab\\tnewline\\n`)).toBe(true)
  })

  it('streams JSON lines, and nothing for an empty answer', async () => {
    const read = async (sql: string) => {
      let text = ''
      for await (const chunk of given().stream({ sql }, 'JSONEachRow')) text += chunk.toString()
      return text
    }
    expect(await read(`select number as id, '中\n文' as name from numbers(2)`)).toBe('{"id":0,"name":"中\\n文"}\n{"id":1,"name":"中\\n文"}\n')
    expect(await read('select 1 where 0')).toBe('')
  })

  it('holds an answer of 1.2 GB in flat memory though its reader is slow', async () => {
    let bytes = 0
    let peak = 0
    let sinceBreath = 0
    const start = process.memoryUsage().rss
    for await (const chunk of given().stream({ sql: `select number, repeat('x', 190) from numbers(6000000)` }, 'TabSeparated')) {
      bytes += chunk.length
      sinceBreath += chunk.length
      if (sinceBreath > 30_000_000) {
        sinceBreath = 0
        await wait(5)
      }
      peak = Math.max(peak, process.memoryUsage().rss)
    }
    expect(bytes).toBeGreaterThan(1_180_000_000)
    expect((peak - start) / 1_000_000).toBeLessThan(400)
  })

  it('answers a short question while a long one runs', async () => {
    const controller = new AbortController()
    const long = given().rows({ sql: endless, signal: controller.signal })
    const outcome = long.catch((error: unknown) => error)
    // The long one never ends by itself.
    expect(await given().row({ sql: 'select 1 as x' })).toEqual({ x: 1 })
    controller.abort()
    expect(await outcome).toMatchObject({ name: 'AbortError' })
  })

  it('keeps the parameters of 300 parallel statements apart', async () => {
    const sums = await Promise.all(
      Array.from({ length: 300 }, (_, x) =>
        given().row({ sql: 'select {x:UInt32} as x, {name:String} as name, sum(number) as sum from numbers({x:UInt32})', params: { x, name: `n${x}` } }),
      ),
    )
    expect(sums).toEqual(Array.from({ length: 300 }, (_, x) => ({ x, name: `n${x}`, sum: Math.abs((x * (x - 1)) / 2) })))
  })
}
