const unitsOfOne = 70
const unitsOfPart = 67

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff

/** Parts of a text as phones get them: one of at most 70 UTF-16 units, else several of at most 67. Never cuts between the halves of a character. */
export function splitText(text: string): string[] {
  if (text.length <= unitsOfOne) return [text]
  const parts: string[] = []
  let at = 0
  while (at < text.length) {
    let end = Math.min(at + unitsOfPart, text.length)
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1
    parts.push(text.slice(at, end))
    at = end
  }
  return parts
}
