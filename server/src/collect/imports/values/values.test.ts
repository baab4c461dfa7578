import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normaliseEmail, normalisePhone, parseNumber, readBoolean } from '../../../people/index.ts'
import { parseMoneyFen } from '../parse-money.ts'
import { chinaRegions } from './china-regions.ts'
import { columnType } from './column-type.ts'
import { readCell } from './no-value.ts'
import { cityOf, parseRegion, provinceOf } from './parse-region.ts'
import { parseTags } from './parse-tags.ts'
import { timeReader, type DateOrder } from './time-reader.ts'

describe('parseNumber', () => {
  it.each([
    ['1,234.50', 1234.5],
    ['１２３４', 1234],
    ['1.2万', 12_000],
    ['3 亿', 300_000_000],
    ['15%', 0.15],
    ['１５．５％', 0.155],
    ['￥12', 12],
    ['12元', 12],
    ['RMB 1,000', 1000],
    ['(1,234.50)', -1234.5],
    ['-0', 0],
    ['.5', 0.5],
    ['1.5E+3', 1500],
    ['−5', -5],
    ['-￥12', -12],
    ['12块', 12],
    ['1.2万元', 12_000],
    ['28岁', 28],
    ['3 次', 3],
  ])('reads %s as %s', (text, value) => expect(parseNumber(text)).toBe(value))

  it.each(['', '-', '1,23', '12,3456', '一百', '1 2', '0x10', '万', '1e999', '12月', '5折', '100分', '1/2'])('refuses %j', (text) =>
    expect(parseNumber(text)).toBeNull(),
  )

  it('gives every number back, however it is grouped', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (value) => {
        expect(parseNumber(value.toLocaleString('en-US'))).toBe(value + 0)
        expect(parseNumber(String(value))).toBe(value + 0)
      }),
    )
  })
})

describe('parseMoneyFen', () => {
  it.each([
    ['￥1,234.50元', 123450],
    ['1.2345万', 1234500],
    ['0.5亿元', 5_000_000_000],
    ['(88.00)', -8800],
    ['人民币 12.3', 1230],
    ['12元整', 1200],
  ])('reads %s', (text, fen) => expect(parseMoneyFen(text)).toBe(fen))

  it.each(['15%', '100分', '3次', '5折'])('takes %s for no amount', (text) => expect(parseMoneyFen(text)).toBeNull())

  it('moves the point of 万 over the digits without losing a fen (law)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), (fen) => {
        const digits = String(fen).padStart(7, '0')
        expect(parseMoneyFen(`${digits.slice(0, -6)}.${digits.slice(-6)}万`)).toBe(fen)
      }),
    )
  })
})

describe('timeReader', () => {
  const reader = (order?: DateOrder) => timeReader('Asia/Shanghai', order)
  it.each([
    ['2024年3月5日', '2024-03-05'],
    ['2024/3/5', '2024-03-05'],
    ['2024.3.5', '2024-03-05'],
    ['20240305', '2024-03-05'],
    ['45356', '2024-03-05'],
    ['45356.354', '2024-03-05'],
    ['2024-03-05T08:30:00+08:00', '2024-03-05'],
    ['2024年3月5日 星期二', '2024-03-05'],
    ['24年3月5日', '2024-03-05'],
    ['２０２４－０３－０５', '2024-03-05'],
    ['5 Mar 2024', '2024-03-05'],
    ['Mar 5, 2024', '2024-03-05'],
    ['05-Mar-24', '2024-03-05'],
    ['3/25/2024', '2024-03-25'],
    ['25/3/2024', '2024-03-25'],
    ['24/1/2', '2024-01-02'],
    ['24.1.2', '2024-01-02'],
    ['75/3/5', '1975-03-05'],
    ['25/3/75', '1975-03-25'],
    ['2024 年 1 月 2 日', '2024-01-02'],
    ['2024年01月02号', '2024-01-02'],
    ['2024。1。2', '2024-01-02'],
    ['2024\\1\\2', '2024-01-02'],
    ['2024-01-02 00:00:00.0', '2024-01-02'],
  ])('reads the day %s', (text, day) => expect(reader().day(text)).toBe(day))

  it.each([
    ['3月5日', '年份'],
    ['3/5', '年份'],
    ['2024年3月', '没有写日'],
    ['2024-03', '没有写日'],
    ['2024-02-30', '没有这一天'],
    ['3/4/2024', '分不清'],
    ['24/03/05', '分不清'],
    ['3/4/5', '不是日期'],
    ['昨天', '不是日期'],
    ['', '不是日期'],
  ])('says what is wrong with %j', (text, words) => expect(reader().day(text)).toMatchObject({ zh: expect.stringContaining(words) }))

  it('reads 3/4/2024 and 24/3/4 in the order that was chosen', () => {
    expect((['mdy', 'dmy'] as const).map((order) => reader(order).day('3/4/2024'))).toEqual(['2024-03-04', '2024-04-03'])
    expect((['ymd', 'mdy', 'dmy'] as const).map((order) => reader(order).day('04/3/05'))).toEqual(['2004-03-05', '2005-04-03', '2005-03-04'])
  })

  it.each([
    ['2024/3/5 上午 8:30:00', '2024-03-05T00:30:00.000Z'],
    ['2024/3/5 下午8:30', '2024-03-05T12:30:00.000Z'],
    ['3/25/2024 12:05 AM', '2024-03-24T16:05:00.000Z'],
    ['2024年3月5日8时30分', '2024-03-05T00:30:00.000Z'],
    ['2024年3月5日8点', '2024-03-05T00:00:00.000Z'],
    ['2024年3月5日 8点半', '2024-03-05T00:30:00.000Z'],
    ['2024/3/5 8:30:00 下午', '2024-03-05T12:30:00.000Z'],
    ['24/3/5 8:30', '2024-03-05T00:30:00.000Z'],
    ['45356.354166666664', '2024-03-05T00:30:00.000Z'],
  ])('reads the instant %s', (text, iso) => {
    const parsed = reader().instant(text)
    expect('ms' in parsed ? new Date(parsed.ms).toISOString() : parsed).toBe(iso)
  })

  it('gives every day back in every way it is written (law)', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('1955-01-01'), max: new Date('2060-01-01'), noInvalidDate: true }), (date) => {
        const iso = date.toISOString().slice(0, 10)
        const [year, month, day] = iso.split('-').map(Number)
        const serial = Math.floor(date.getTime() / 86_400_000) + 25_569
        const ways = [iso, `${year}年${month}月${day}日`, `${year}/${month}/${day}`, iso.replaceAll('-', ''), String(serial), `${iso} 23:59`]
        for (const way of ways) expect(reader().day(way)).toBe(iso)
        expect(reader('dmy').day(`${day}/${month}/${year}`)).toBe(iso)
        expect(reader('mdy').day(`${month}/${day}/${year}`)).toBe(iso)
      }),
    )
  })
})

describe('regions', () => {
  it.each([
    ['浙江省杭州市西湖区', { province: '浙江', city: '杭州', district: '西湖区' }],
    ['浙江 / 杭州 / 西湖区', { province: '浙江', city: '杭州', district: '西湖区' }],
    ['杭州市余杭区文一西路969号', { province: '浙江', city: '杭州', district: '余杭区' }],
    ['北京市朝阳区', { province: '北京', city: '北京', district: '朝阳区' }],
    ['北京市北京市海淀区', { province: '北京', city: '北京', district: '海淀区' }],
    ['重庆市市辖区渝中区', { province: '重庆', city: '重庆', district: '渝中区' }],
    ['广西壮族自治区南宁市', { province: '广西', city: '南宁' }],
    ['内蒙古锡林郭勒盟', { province: '内蒙古', city: '锡林郭勒' }],
    ['湖北恩施州恩施市', { province: '湖北', city: '恩施', district: '恩施市' }],
    ['吉林省吉林市船营区', { province: '吉林', city: '吉林', district: '船营区' }],
    ['海南省海口市', { province: '海南', city: '海口' }],
    ['青海省海南藏族自治州', { province: '青海', city: '海南' }],
    ['广东', { province: '广东' }],
    ['中国上海', { province: '上海', city: '上海' }],
  ])('takes %s apart', (text, region) => expect(parseRegion(text)).toEqual(region))

  it.each(['', '未知', 'Hangzhou', '西湖区'])('finds nothing in %j', (text) => expect(parseRegion(text)).toBeNull())

  it('knows every province and city of the table in its short and its full name', () => {
    expect(chinaRegions).toHaveLength(34)
    for (const [short, full, prefectures] of chinaRegions) {
      expect([provinceOf(short), provinceOf(full), parseRegion(full)?.province]).toEqual([short, short, short])
      for (const entry of prefectures.split(' ')) {
        const [city = '', whole = `${city}市`] = entry.split('=')
        expect([cityOf(city), cityOf(whole)]).toEqual([city, city])
        expect(parseRegion(`${full}${whole}`)).toMatchObject({ province: short, city })
        expect(parseRegion(`${short}${city}`)).toMatchObject({ province: short, city })
      }
    }
  })
})

it('takes the tags of a cell apart, with their values, each once', () => {
  expect(parseTags('VIP、老客；偏好品类=护肤,vip|渠道：门店；；')).toEqual([
    { name: 'vip', value: '' },
    { name: '老客', value: '' },
    { name: '偏好品类', value: '护肤' },
    { name: '渠道', value: '门店' },
  ])
})

describe('a column as operators fill it', () => {
  it.each([
    ['会员', ['是', '√'], 'boolean'],
    ['会员', ['是', '否', '√', '×', ''], 'boolean'],
    ['已寄卡', ['√', '', '√'], 'boolean'],
    ['已寄卡', ['✔️', '✗'], 'boolean'],
    ['会员', ['是', '-', '暂无'], 'boolean'],
    ['会员', ['Yes', 'No'], 'boolean'],
    ['会员', ['Y', 'N', ''], 'boolean'],
    ['孩子', ['有', '无'], 'boolean'],
    ['会员', ['是', '1', '0'], 'boolean'],
    ['会员', ['√', 'x'], 'boolean'],
    ['是否会员', ['1', '0'], 'boolean'],
    ['is_member', ['1', '0', '1'], 'boolean'],
    ['积分', ['1', '0'], 'number'],
    ['等级', ['Y', 'Y'], 'text'],
    ['备注', ['有', '有'], 'text'],
    ['备注', ['无', '无'], 'text'],
    ['性别', ['男', '女'], 'text'],
    ['状态', ['启用', '停用'], 'text'],
    ['认证', ['已认证', '未认证'], 'text'],
    ['消费', ['1.2万', '￥1,234.50', '(100)', '100元', '-', '暂无'], 'number'],
    ['占比', ['15%', '３％'], 'number'],
    ['年龄', ['28岁', '３５岁', '未知'], 'number'],
    ['折扣', ['5折', '8折'], 'text'],
    ['月份', ['1月', '12月'], 'text'],
    ['邮编', ['310000', '100000'], 'text'],
    ['卡', ['007', '012'], 'text'],
    ['入会', ['2024.1.2', '2024年1月3日', '无'], 'date'],
    ['入会', ['24/1/2', '24/1/13'], 'date'],
    ['入会', ['3/4/2024', '5/6/2024'], 'date'],
    ['入会日期', ['24/01/02'], 'date'],
    ['版本', ['24.01.02'], 'text'],
    ['入会日期', ['20240102', '20240102'], 'date'],
    ['入会', ['20240102', '20240305', '20231111'], 'date'],
    ['数量', ['20240102', '20240305'], 'number'],
    ['数量', ['20240102', '20240305', '20241399'], 'number'],
    ['入会日期', ['45356', '45400.5'], 'date'],
    ['数量', ['45356', '45400'], 'number'],
    ['入会', ['2024/3/5 下午8:30'], 'date'],
    ['入会', ['2024年1月', '2024年2月'], 'text'],
    ['空', ['-', '', 'NULL'], 'text'],
  ] as const)('%s %j is of type %s', (header, values, type) => expect(columnType(header, values)).toBe(type))

  it.each([
    [' 13800000001\u200b', 'words', '13800000001'],
    ['\u202d13800000001\u202c', 'words', '13800000001'],
    ['NULL', 'signs', ''],
    ['——', 'signs', ''],
    ['无', 'signs', '无'],
    ['无', 'words', ''],
    ['无', 'yesOrNo', '无'],
    ['未知', 'yesOrNo', ''],
    ['0000-00-00 00:00:00', 'words', ''],
    ['1900/1/0', 'words', ''],
    ['1900-01-01', 'words', '1900-01-01'],
    ['无锡', 'words', '无锡'],
  ] as const)('reads the cell %j (%s) as %j', (cell, nothing, text) => expect(readCell(cell, nothing)).toBe(text))

  it.each([
    ['是', true],
    ['√', true],
    ['✔️', true],
    ['Ｙ', true],
    ['１', true],
    ['1.0', true],
    ['有', true],
    ['已开通', true],
    ['否', false],
    ['×', false],
    ['X', false],
    ['0', false],
    ['无', false],
    ['未开通', false],
    ['已退订', false],
    ['男', null],
    ['女', null],
    ['也许', null],
  ])('reads %s as %s where yes or no is asked', (text, value) => expect(readBoolean(text)?.value ?? null).toBe(value))

  it.each([
    ['+86 138-0000-0001', '+8613800000001'],
    ['008613800000001', '+8613800000001'],
    ['１３８　００００　０００１', '+8613800000001'],
    ['\u202a13800000001\u202c', '+8613800000001'],
    ["'13800000001", '+8613800000001'],
    ['手机：13800000001', '+8613800000001'],
    ['13800000001.0', '+8613800000001'],
    ['0571-88886666', '+8657188886666'],
    ['（010）8888 6666', '+861088886666'],
    ['400-800-8820', '+864008008820'],
    ['1380000000', '这里有 10 位'],
    ['138000000012', '这里有 12 位'],
    ['138****0001', '星号'],
    ['13800000001/13900000002', '不止一个'],
    ['13800000001 13900000002', '不止一个'],
    ['0571-88886666-801', '分机'],
    ['0571-88886666转801', '分机'],
    ['88886666', '没有区号'],
    ['95588', '短号'],
    ['13800000001（妈妈）', '不是有效的手机号码'],
  ])('reads the phone %s: %s', (text, expected) => {
    const read = normalisePhone(text)
    expect(typeof read === 'string' ? read : read.zh).toContain(expected)
  })

  it.each([
    ['ａ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'a@example.com'],
    ['a＠example。com', 'a@example.com'],
    ['A @ Example.com ', 'a@example.com'],
    ['张三 <a@example.com>', 'a@example.com'],
    ['mailto:a@example.com', 'a@example.com'],
    ['a@example.com;', 'a@example.com'],
    ['a@example.com\u200b', 'a@example.com'],
    ['a@example.com;b@example.com', '不止一个'],
    ['a b@example.com', '不是有效'],
    ['a@example', '不是有效'],
  ])('reads the address %s: %s', (text, expected) => {
    const read = normaliseEmail(text)
    expect(typeof read === 'string' ? read : read.zh).toContain(expected)
  })
})
