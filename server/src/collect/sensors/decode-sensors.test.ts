import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { decodeSensors, javaHash, parseSensorsForm } from './decode-sensors.ts'

const message = { type: 'track', event: 'E', distinct_id: 'u1', time: 1767323045000, properties: { a: 1 } }
const plain = 'eyJ0eXBlIjoidHJhY2siLCJldmVudCI6IkUiLCJkaXN0aW5jdF9pZCI6InUxIiwidGltZSI6MTc2NzMyMzA0NTAwMCwicHJvcGVydGllcyI6eyJhIjoxfX0='
const packed = 'H4sIAAAAAAAAAwXBQQqEMAxA0bv8dRetzoyQvacQGUSzCKKWGgUR7+573Y1fWRG8DONMQE9dHaElMNnuto7+twnhSATcFkVS82vqqo6fb4wxkMuWtbjpjtwMSHqe/gUd9j23WwAAAA=='

describe('what the SDKs send', () => {
  it.each([
    ['Base64 of an object', { data: plain }],
    ['with the check sum of its text', { data: plain, ext: 'crc=2038702659' }],
    ['with the check sum as apps send it', { data: plain, crc: '2038702659' }],
    ['gzipped', { data: packed, gzip: '1' }],
    ['gzipped without saying so', { data: packed }],
    ['with plus signs that became blanks', { data: packed.replaceAll('+', ' '), gzip: '1' }],
  ])('is read: %s', async (_what, fields) => {
    expect(await decodeSensors(fields)).toEqual({ messages: [message], damage: null })
  })

  it('is a list of messages in data_list', async () => {
    const list = gzipSync(JSON.stringify([message, message])).toString('base64')
    expect((await decodeSensors({ data_list: list, gzip: '1' })).messages).toEqual([message, message])
  })

  it('comes in a form', () => {
    const body = Buffer.from(`data=${encodeURIComponent(plain)}&ext=crc%3D2038702659`)
    expect(parseSensorsForm(body)).toEqual({ data: plain, data_list: undefined, gzip: undefined, ext: 'crc=2038702659', crc: undefined })
  })

  it('is damaged when its check sum is another one', async () => {
    expect((await decodeSensors({ data: plain, ext: 'crc=1' })).damage).toMatchObject({ at: 'crc' })
  })

  it.each([
    ['nothing', {}],
    ['an empty text', { data: '' }],
    ['what is no Base64', { data: '***' }],
    ['what is no JSON', { data: Buffer.from('{').toString('base64') }],
    ['a broken archive', { data: gzipSync('[]').subarray(0, 12).toString('base64') }],
    ['what the SDK encrypted', { data_list: packed, gzip: '9' }],
  ])('is refused with a reason: %s', async (_what, fields) => {
    await expect(decodeSensors(fields)).rejects.toMatchObject({ errorName: 'validation' })
  })

  it('does not unpack into a large memory', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024)).toString('base64')
    await expect(decodeSensors({ data: bomb, gzip: '1' })).rejects.toMatchObject({ errorName: 'too-large' })
  })

  it('is summed as Java does', () => {
    expect([javaHash(''), javaHash('a'), javaHash('鸿雁'), javaHash(plain)]).toEqual([0, 97, 1294434, 2038702659])
  })
})
