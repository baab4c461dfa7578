import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLog } from './log.ts'
import { scrub, scrubText } from './scrub.ts'

function linesOf(write: (log: ReturnType<typeof createLog>) => void): string {
  let output = ''
  const log = createLog({ level: 'debug' }, { write: (line) => (output += line) })
  write(log)
  return output
}

test('writes one JSON object per line with level, time and fields', () => {
  const [line] = linesOf((log) => log.info({ rows: 12, tookMs: 3 }, 'imported')).split('\n')
  expect(JSON.parse(line ?? '')).toMatchObject({ level: 'info', rows: 12, tookMs: 3, msg: 'imported' })
})

test('hides personal data and secrets wherever they stand', () => {
  const output = linesOf((log) => {
    log
      .child({ email: 'li@example.com', phone: 13_800_001_234, apiKey: 'abc' })
      .warn({ person: { mobile: '13800001234', note: '电话 138-0000-1234' } }, 'called +86 13800001234, wrote to li@example.com')
    log.error({ error: new Error('no route to li@example.com', { cause: new Error('13800001234') }), headers: { authorization: 'Basic abc', cookie: 'sid=1' } })
    log.info({ list: [{ writeKey: 'wk_1' }, '13800001234'], 手机号: '13800001234' })
    log.error(new Error('duplicate key (phone)=(13800001234)'))
  })
  expect(output).not.toMatch(/1380000|138-0000|li@example|wk_1|abc|sid=1/)
  expect(output).toContain('[hidden]')
})

test('keeps ids, instants and amounts that only look like a number', () => {
  expect(scrubText('person 10000000123 at 1763800000000, chunk 13800001234567')).toBe('person 10000000123 at 1763800000000, chunk 13800001234567')
})

test('drops the inside of class objects, which may hold anything', () => {
  class Settings {
    pin = '13800001234'
  }
  expect(scrub({ settings: new Settings() })).toEqual({ settings: '[Settings]' })
})

test('survives circular and deep values', () => {
  const circular: Record<string, unknown> = {}
  circular['self'] = circular
  expect(JSON.stringify(scrub(circular))).toContain('[deep]')
})

test('no Chinese mobile number passes, whatever surrounds it', () => {
  const mobile = fc
    .tuple(fc.integer({ min: 3, max: 9 }), fc.integer({ min: 0, max: 999_999_999 }))
    .map(([second, rest]) => `1${second}${String(rest).padStart(9, '0')}`)
  const around = fc.string().map((text) => text.replace(/\d/g, 'x'))
  fc.assert(
    fc.property(around, mobile, around, (before, number, after) => {
      const lines = linesOf((log) => log.info({ note: `${before}${number}${after}`, value: Number(number) }, `${before}${number}${after}`))
      expect(lines).not.toContain(number)
      expect(JSON.parse(lines)).toBeTypeOf('object')
    }),
  )
})
