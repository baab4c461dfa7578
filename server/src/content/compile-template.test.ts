import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileTemplate, type MessageWords } from './compile-template.ts'
import { smsParts } from './sms-length.ts'

const words = (body: string, more: Partial<MessageWords> = {}): MessageWords => ({
  category: 'marketing',
  signature: '鸿雁',
  body,
  optOutText: '拒收请回复R',
  ...more,
})
const notice = (body: string) => words(body, { category: 'notice', signature: '测试' })
const render = (body: string, person: Record<string, unknown> = {}) => compileTemplate(words(body)).render(person)

describe('length and parts', () => {
  it.each([
    [70, 1],
    [71, 2],
    [134, 2],
    [135, 3],
    [201, 3],
    [202, 4],
  ])('%i units are %i parts', (units, parts) => {
    expect(smsParts(units)).toBe(parts)
    // 【测试】 counts four of them, as in the vendors' own examples.
    const rendered = compileTemplate(notice('字'.repeat(units - 4))).render({})
    expect(rendered).toMatchObject({ units, parts, problems: [] })
  })

  it('counts UTF-16 units of the whole text: an emoji is two, ASCII has no discount', () => {
    expect(compileTemplate(notice('😀')).render({}).units).toBe(6)
    expect(compileTemplate(notice('a'.repeat(66))).render({}).parts).toBe(1)
    expect(compileTemplate(notice('a'.repeat(67))).render({}).parts).toBe(2)
  })

  it('counts signature and opt-out text, as channels bill them', () => {
    const rendered = compileTemplate(words('你好世界'.repeat(20), { signature: '测试', optOutText: '，拒收请回复R' })).render({})
    expect(rendered).toMatchObject({ units: 91, parts: 2 })
  })

  it('refuses what is longer than 500 units, in the words and with the values', () => {
    expect(compileTemplate(words('字'.repeat(500))).problems).toMatchObject([{ at: 'body' }])
    const template = compileTemplate(words(`${'字'.repeat(480)}{{ name }}`))
    expect(template.problems).toEqual([])
    expect(template.render({ name: '名'.repeat(30) }).problems).toMatchObject([{ at: 'body' }])
  })
})

describe('variables', () => {
  it('puts signature first and the opt-out text last on marketing only', () => {
    expect(render('您好').text).toBe('【鸿雁】您好拒收请回复R')
    expect(compileTemplate(notice('您好')).render({}).text).toBe('【测试】您好')
  })

  it('fills in values, falls back where the template says so, and names what is missing', () => {
    const body = '尊敬的{{ name | default: "会员" }},{{ 会员等级 }}专享,积分{{points}}'
    expect(compileTemplate(words(body))).toMatchObject({ variables: ['name', '会员等级', 'points'], required: ['会员等级', 'points'] })
    expect(render(body, { name: '张三', 会员等级: '金卡', points: 0 })).toMatchObject({ text: '【鸿雁】尊敬的张三,金卡专享,积分0拒收请回复R', missing: [] })
    expect(render(body, { name: '  ', points: null })).toMatchObject({ missing: ['会员等级', 'points'] })
    expect(render(body, { 会员等级: '金卡', points: 5 }).text).toBe('【鸿雁】尊敬的会员,金卡专享,积分5拒收请回复R')
  })

  it('does not compute with a value that is missing', () => {
    expect(render('余额{{ points | times: 2 }}')).toMatchObject({ missing: ['points'] })
    expect(render('余额{{ points | times: 2 }}', { points: 4 }).text).toContain('余额8')
  })

  it('asks a plan only for attributes; identifiers are found when rendering', () => {
    const template = compileTemplate(words('卡号{{ member_no }}'))
    expect(template.required).toEqual([])
    expect(template.render({})).toMatchObject({ missing: ['member_no'] })
    expect(template.render({ member_no: 'M1' }).text).toContain('卡号M1')
  })

  it('keeps values from forging a signature or breaking the line', () => {
    expect(render('{{ name }}', { name: '【银行】\r\n请\u0000转账' }).text).toBe('【鸿雁】银行 请 转账拒收请回复R')
  })

  it('renders values as text and never as a template', () => {
    expect(render('{{ name }}', { name: '{{ city }}{% for %}', city: '上海' }).text).toBe('【鸿雁】{{ city }}{% for %}拒收请回复R')
  })

  it('reads own properties only', () => {
    expect(render('{{ constructor }}', {})).toMatchObject({ missing: ['constructor'] })
    expect(render('{{ name.length }}', { name: '张' })).toMatchObject({ missing: ['name.length'] })
  })

  it('warns of links inside values', () => {
    for (const name of ['https://x.cn/a', 'www.abc.com', 'shop.example.com'])
      expect(render('{{ name }}', { name }).problems).toMatchObject([{ at: 'variables.name' }])
    expect(render('{{ name }}', { name: '3.5折' }).problems).toEqual([])
  })
})

describe('what a template may not hold', () => {
  it.each([
    ['{% include "package.json" %}', /标签/],
    ['{% for i in (1..1000000000) %}x{% endfor %}', /标签/],
    ['{{ name | nope }}', /过滤器/],
    ['{{ name | base64_decode }}', /过滤器/],
    ['{{ name', /结束/],
    ['{{ }}', /写法有误/],
    ['{{ (1..9999999) }}', /不支持/],
    ['{{ a == b }}', /不支持/],
    ['{{ a[b] }}', /不支持/],
    ['{{ "text" }}', /不支持/],
    ['您好【店】', /【】/],
  ])('%s', (body, reason) => {
    const { problems } = compileTemplate(words(body))
    expect(problems).toMatchObject([{ at: 'body', zh: expect.stringMatching(reason) }])
  })

  it('refuses marketing without an opt-out text', () => {
    expect(compileTemplate(words('您好', { optOutText: '' })).problems).toMatchObject([{ at: 'optOutText' }])
    expect(compileTemplate(words('您好', { optOutText: '', category: 'notice' })).problems).toEqual([])
  })

  it('never throws, whatever the body and the person hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.dictionary(fc.string(), fc.anything()), (body, person) => {
        const rendered = compileTemplate(words(body)).render(person)
        expect(rendered.units).toBe(rendered.text.length)
        expect(rendered.parts).toBe(smsParts(rendered.units))
      }),
    )
    fc.assert(
      fc.property(fc.constantFrom('default', 'append', 'times', 'slice', 'date', 'truncate', 'divided_by'), fc.anything(), (filter, value) => {
        compileTemplate(words(`{{ name | ${filter}: 1 }}`)).render({ name: value })
      }),
    )
  })
})

it('renders ten thousand texts in a second of one processor', () => {
  const template = compileTemplate(words('尊敬的{{ name | default: "会员" }}，您在{{ city | default: "本地" }}的积分{{ points }}'))
  // The best of some rounds: a neighbour on the same core must not decide.
  const rounds = Array.from({ length: 4 }, () => {
    const before = process.cpuUsage()
    for (let points = 0; points < 2500; points += 1) template.render({ name: '张三', city: '上海', points })
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1e6
  })
  expect(Math.min(...rounds)).toBeLessThan(0.25)
})
