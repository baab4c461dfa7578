/** A tag as a file names it; `value` is empty for a tag without one. */
export interface NamedTag {
  name: string
  value: string
}

const separators = /[、,，;；|｜\n]+/u
const valueSign = /[=＝:：]/u

/** Tags of one cell: names separated by 、 , ; |, a value after `=` (or a colon): `VIP、偏好品类=护肤`. Each once, in order. */
export function parseTags(given: string): NamedTag[] {
  const tags = new Map<string, NamedTag>()
  for (const part of given.split(separators)) {
    const sign = valueSign.exec(part)
    const name = (sign ? part.slice(0, sign.index) : part).trim()
    const value = sign ? part.slice(sign.index + 1).trim() : ''
    if (name !== '') tags.set(`${name.toLowerCase()}=${value}`, { name, value })
  }
  return [...tags.values()]
}
