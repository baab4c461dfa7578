export const uuidBytes = 16

/** Of `uuid` in PostgreSQL, for ever. */
const uuidOid = 2950
const arrayHeadBytes = 20

/** Value of a hexadecimal digit by its code; -1 for every other unit of a text. */
const digits = new Int8Array(2 ** 16).fill(-1)
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16)
  for (const letter of [digit, digit.toUpperCase()]) digits[letter.charCodeAt(0)] = value
}

/** Where the digits of each byte begin. */
const positions = Uint8Array.of(0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34)
const textLength = 36

/** Writes the bytes of a UUID as `text` with its dashes; answers where they end. */
export function writeUuid(text: string, target: Buffer, start: number): number {
  let seen = text.length === textLength ? 0 : -1
  for (let index = 0; index < uuidBytes; index++) {
    const at = positions[index]!
    const high = digits[text.charCodeAt(at)]!
    const low = digits[text.charCodeAt(at + 1)]!
    seen |= high | low
    target[start + index] = (high << 4) | low
  }
  // One that is no digit is below zero, and so are all of them together then.
  if (seen < 0) throw new RangeError('Not a UUID')
  return start + uuidBytes
}

/** UUIDs as a parameter of type `uuid[]` in binary form: tens of thousands are read in a quarter of the time that a text of them takes. */
export function uuidArray(uuids: readonly string[]): Buffer {
  const bytes = Buffer.allocUnsafe(arrayHeadBytes + uuids.length * (4 + uuidBytes))
  // Dimensions, no nulls, type, length, index of the first.
  let end = bytes.writeInt32BE(1, 0)
  end = bytes.writeInt32BE(0, end)
  end = bytes.writeInt32BE(uuidOid, end)
  end = bytes.writeInt32BE(uuids.length, end)
  end = bytes.writeInt32BE(1, end)
  for (const uuid of uuids) {
    end = bytes.writeInt32BE(uuidBytes, end)
    end = writeUuid(uuid, bytes, end)
  }
  return bytes
}
