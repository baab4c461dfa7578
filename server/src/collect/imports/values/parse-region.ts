import { chinaRegions } from './china-regions.ts'

export interface Region {
  /** Short, as people say it: 浙江, 内蒙古, 北京. */
  province?: string
  /** Short: 杭州, 恩施, 大兴安岭. */
  city?: string
  /** As written: 西湖区. */
  district?: string
}

interface Place {
  province: string
  city: string
}

const provinces = new Map<string, string>()
/** By every way to write it: a few names are those of places in two provinces. */
const cities = new Map<string, Place[]>()

for (const [short, full, prefectures] of chinaRegions) {
  for (const name of [short, full, `${short}省`, `${short}市`, `${short}自治区`]) provinces.set(name, short)
  for (const entry of prefectures.split(' ')) {
    const [city = '', whole] = entry.split('=')
    const names = whole === undefined ? [city, `${city}市`] : [city, whole, `${city}市`, `${city}州`, `${city}地区`, `${city}县`]
    for (const name of new Set(names)) cities.set(name, [...(cities.get(name) ?? []), { province: short, city }])
  }
}

const longest = Math.max(...[...provinces.keys(), ...cities.keys()].map((name) => name.length))
const municipalities = new Set(['北京', '天津', '上海', '重庆', '香港', '澳门'])
const districtEnd = /^.{1,15}?(?:自治县|自治旗|林区|特区|新区|开发区|区|县|市|旗|镇|乡|街道)/u
const separators = /[\s,，、/|·\-－—>]+/gu

/**
 * A region as files write it (浙江, 浙江省杭州市, 浙江省/杭州市/西湖区, 杭州西湖区, 北京市朝阳区) taken apart; the province is found by its city when
 * it is not written. Null when neither a province nor a city is recognised.
 */
export function parseRegion(given: string): Region | null {
  let rest = given.normalize('NFKC').replace(/^中国/u, '').replace(separators, '')
  const region: Region = {}
  const province = prefixOf(rest, (name) => provinces.get(name))
  // A name that two provinces share says nothing about the province. 吉林市 is a city of 吉林, 海南州 not the province.
  const city = prefixOf(rest, (name) => (cities.get(name)?.length === 1 ? cities.get(name)![0] : undefined))
  if (province && (!city || city.name.length <= province.name.length || provinces.has(city.name))) {
    region.province = province.value
    rest = rest.slice(province.name.length)
    const own = prefixOf(rest, (name) => cities.get(name)?.find((place) => place.province === province.value)?.city)
    if (own) {
      region.city = own.value
      rest = rest.slice(own.name.length)
    } else if (municipalities.has(province.value)) region.city = province.value
  } else if (city) {
    region.province = city.value.province
    region.city = city.value.city
    rest = rest.slice(city.name.length)
  } else return null
  const district = districtEnd.exec(rest.replace(/^(?:市辖区|县)(?=.)/u, ''))
  if (district && district[0] !== '市辖区') region.district = district[0]
  return region
}

/** The short name of a province, in whatever form it is written; null when it is none. */
export function provinceOf(given: string): string | null {
  return provinces.get(given) ?? provinces.get(given.normalize('NFKC').replace(separators, '')) ?? null
}

/** The short name of a city; null when it is none that stands in the table. */
export function cityOf(given: string): string | null {
  const places = cities.get(given) ?? cities.get(given.normalize('NFKC').replace(separators, ''))
  return places?.[0]?.city ?? null
}

/** The longest beginning of a text that is a name. */
function prefixOf<Value>(text: string, lookUp: (name: string) => Value | undefined): { name: string; value: Value } | null {
  for (let length = Math.min(longest, text.length); length >= 2; length--) {
    const value = lookUp(text.slice(0, length))
    if (value !== undefined) return { name: text.slice(0, length), value }
  }
  return null
}
