import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseMoneyFen } from '../parse-money.ts'
import { chinaRegions } from './china-regions.ts'
import { parseNumber } from './parse-number.ts'
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
  ])('reads %s as %s', (text, value) => expect(parseNumber(text)).toBe(value))

  it.each(['', '-', '1,23', '12,3456', '一百', '1 2', '0x10', '万', '1e999'])('refuses %j', (text) => expect(parseNumber(text)).toBeNull())

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

  it('takes no share for an amount', () => expect(parseMoneyFen('15%')).toBeNull())

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
  ])('reads the day %s', (text, day) => expect(reader().day(text)).toBe(day))

  it.each([
    ['3月5日', '年份'],
    ['3/5', '年份'],
    ['2024年3月', '没有写日'],
    ['2024-03', '没有写日'],
    ['2024-02-30', '没有这一天'],
    ['3/4/2024', '分不清'],
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
