import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coerceAttribute } from './coerce-attribute.ts'
import { maskEmail, maskPhone } from '../masking/mask.ts'
import { normaliseEmail, normaliseIdentifier, normalisePhone } from './normalise.ts'

describe('a phone', () => {
  it.each([
    '13800001234',
    '+8613800001234',
    '008613800001234',
    '8613800001234',
    ' 138 0000 1234',
    '138-0000-1234',
    '+86 (138) 0000-1234',
    '13800001234',
    '+86138 0000 1234',
    '13800001234.0',
  ])('is the same number written as %s', (text) => expect(normalisePhone(text)).toBe('+8613800001234'))

  it.each([
    ['021-62345678', '+862162345678'],
    ['+1 415 555 2671', '+14155552671'],
    ['0044 20 7946 0018', '+442079460018'],
    ['+852 5123 4567', '+85251234567'],
  ])('%s is a number of another kind: %s', (text, e164) => expect(normalisePhone(text)).toBe(e164))

  it.each(['', ' ', '无', '1380000123', '12345678901', '23800001234', 'abc13800001234', '138000012345', '+86138000', '1'.repeat(40)])(
    '%j is refused with a reason in both languages',
    (text) => expect(normalisePhone(text)).toEqual({ zh: expect.stringMatching(/\p{Script=Han}/u), en: expect.stringMatching(/^[A-Z]/) }),
  )

  it('that a spreadsheet has damaged says so', () => expect(normalisePhone('1.38E+10')).toMatchObject({ zh: expect.stringContaining('科学计数法') }))

  it('is itself when it is normalised already', () => {
    fc.assert(
      fc.property(fc.integer({ min: 13_000_000_000, max: 19_999_999_999 }), (number) => {
        const e164 = normalisePhone(String(number))
        expect(normalisePhone(e164 as string)).toBe(e164)
      }),
    )
  })

  it('never throws, whatever it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void normalisePhone(text)))
  })
})

describe('an e-mail address', () => {
  it.each([
    [' Zhou@Example.COM ', 'zhou@example.com'],
    ['zhou@example.com', 'zhou@example.com'],
    ['a.b+c@mail.示例.cn', 'a.b+c@mail.示例.cn'],
  ])('%j is %s', (text, normalised) => expect(normaliseEmail(text)).toBe(normalised))

  it.each(['', 'zhou', 'zhou@', '@example.com', 'a b@example.com', 'a@b', 'a@-b.com', 'a@b..com', `${'x'.repeat(250)}@example.com`, 'a@b@example.com'])(
    '%j is refused',
    (text) => expect(normaliseEmail(text)).toHaveProperty('zh'),
  )
})

describe('an identifier', () => {
  it('loses blanks around it and what no store keeps', () => {
    expect(normaliseIdentifier('  M\0-1 ')).toBe('M-1')
    expect(normaliseIdentifier('a\ud800')).toBe('a\ufffd')
  })
  it('is refused when empty or too long', () => {
    expect(normaliseIdentifier(' ')).toHaveProperty('zh')
    expect(normaliseIdentifier('x'.repeat(129))).toHaveProperty('zh')
  })
})

describe('an attribute', () => {
  it.each([
    ['number', '1,234.50', 1234.5],
    ['number', '¥12.00', 12],
    ['number', '1,234元', 1234],
    ['number', '12.5%', 0.125],
    ['number', ' -3 ', -3],
    ['number', 7, 7],
    ['date', '2026-1-5', '2026-01-05'],
    ['date', '2026年1月5日', '2026-01-05'],
    ['date', '2026/01/05 12:30', '2026-01-05'],
    ['date', '20260105', '2026-01-05'],
    ['date', '2026-01-05T23:59:59Z', '2026-01-05'],
    ['boolean', '是', true],
    ['boolean', 'No', false],
    ['boolean', '1', true],
    ['boolean', false, false],
    ['text', ' 杭州 ', '杭州'],
    ['text', 5, '5'],
  ] as const)('of type %s reads %j as %j', (type, given, value) => expect(coerceAttribute(type, given)).toBe(value))

  it.each([
    ['number', '很多'],
    ['number', '1,23'],
    ['number', Infinity],
    ['number', '1e999'],
    ['date', '2026-02-30'],
    ['date', '明天'],
    ['boolean', '也许'],
    ['text', 'x'.repeat(1001)],
  ] as const)('of type %s refuses %j', (type, given) => expect(coerceAttribute(type, given)).toHaveProperty('en'))
})

describe('a mask', () => {
  it('shows a phone by its first three and last four digits', () => {
    expect(maskPhone('+8613800001234')).toBe('138****1234')
    expect(maskPhone('13800001234')).toBe('138****1234')
    expect(maskPhone('+14155552671')).toBe('+14****2671')
  })
  it('shows an e-mail address by its first letter and domain', () => {
    expect(maskEmail('zhou@example.com')).toBe('z***@example.com')
    expect(maskEmail('周@example.com')).toBe('周***@example.com')
    expect(maskEmail('nonsense')).toBe('***')
  })
})
