import { createCipheriv, randomFillSync, type KeyObject } from 'node:crypto'
import { headBytes, layoutVersion, nonceBytes, tagBytes } from './sealing.ts'

const blockBytes = 16
/** Of each value: one block of key stream for the tag, the others for its text. */
const blocksPerValue = 4
const valuesPerDraw = 512

/** Longest text, in bytes, that is sealed this way: any phone number, nearly any e-mail address. */
const shortBytesMax = (blocksPerValue - 1) * blockBytes

/**
 * Seals short texts with AES-256-GCM (NIST SP 800-38D), byte for byte as `seal` does and opened by `open`, without a cipher object for each:
 * making one costs fifteen times what sealing a phone number does, and an import seals millions. The key stream of many random nonces is
 * drawn by one call of AES; what is left for each value is an exclusive or, and the hash of its tag.
 */
export class ShortSealer {
  readonly #blocks: ReturnType<typeof createCipheriv>
  readonly #hash: TagHash
  readonly #counters = Buffer.alloc(valuesPerDraw * blocksPerValue * blockBytes)
  #stream: Buffer = Buffer.alloc(0)
  #used = valuesPerDraw

  constructor(key: KeyObject, purpose: Buffer) {
    this.#blocks = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false)
    this.#hash = new TagHash(this.#blocks.update(Buffer.alloc(blockBytes)), purpose)
  }

  /** Null for a text that is too long. */
  seal(text: string): Buffer | null {
    if (text.length > shortBytesMax) return null
    const length = Buffer.byteLength(text)
    if (length > shortBytesMax) return null
    if (this.#used === valuesPerDraw) this.#draw()
    const at = this.#used++ * blocksPerValue * blockBytes
    const sealed = Buffer.allocUnsafe(headBytes + length + tagBytes)
    sealed[0] = layoutVersion
    for (let index = 0; index < nonceBytes; index++) sealed[1 + index] = this.#counters[at + index]!
    sealed.write(text, headBytes)
    for (let index = 0; index < length; index++) sealed[headBytes + index]! ^= this.#stream[at + blockBytes + index]!
    this.#hash.write(sealed, length)
    for (let index = 0; index < tagBytes; index++) sealed[headBytes + length + index]! ^= this.#stream[at + index]!
    return sealed
  }

  #draw(): void {
    const counters = this.#counters
    const nonces = randomFillSync(Buffer.allocUnsafe(valuesPerDraw * nonceBytes))
    for (let block = 0; block < valuesPerDraw * blocksPerValue; block++) {
      const at = block * blockBytes
      const from = Math.floor(block / blocksPerValue) * nonceBytes
      for (let index = 0; index < nonceBytes; index++) counters[at + index] = nonces[from + index]!
      // Counters of GCM begin at 1, which is the tag's.
      counters[at + blockBytes - 1] = (block % blocksPerValue) + 1
    }
    this.#stream = this.#blocks.update(counters)
    this.#used = 0
  }
}

/** GHASH (NIST SP 800-38D §6.4) under one key over `purpose` and a text, by tables of each byte's product with the key. */
class TagHash {
  /** Four words for each of 256 values of each of 16 bytes. */
  readonly #products = new Uint32Array(blockBytes * 256 * 4)
  readonly #sum = new Uint32Array(4)
  readonly #purposeSum: Uint32Array
  readonly #purposeBits: number

  constructor(key: Buffer, purpose: Buffer) {
    this.#multiplyOut(key)
    for (let start = 0; start < purpose.length; start += blockBytes) this.#take(purpose, start, Math.min(purpose.length, start + blockBytes))
    this.#purposeSum = this.#sum.slice()
    this.#purposeBits = purpose.length * 8
  }

  /** Writes the hash of the `length` bytes behind the head of `sealed` behind them. */
  write(sealed: Buffer, length: number): void {
    this.#sum.set(this.#purposeSum)
    const end = headBytes + length
    for (let start = headBytes; start < end; start += blockBytes) this.#take(sealed, start, Math.min(end, start + blockBytes))
    this.#sum[1]! ^= this.#purposeBits
    this.#sum[3]! ^= length * 8
    this.#multiply()
    for (let word = 0; word < 4; word++) sealed.writeUInt32BE(this.#sum[word]!, end + word * 4)
  }

  /** One block, filled up with zeros. */
  #take(bytes: Buffer, start: number, end: number): void {
    for (let at = start; at < end; at++) this.#sum[(at - start) >> 2]! ^= bytes[at]! << (24 - 8 * ((at - start) & 3))
    this.#multiply()
  }

  #multiply(): void {
    const products = this.#products
    const sum = this.#sum
    let [first, second, third, fourth] = [0, 0, 0, 0]
    for (let byte = 0; byte < blockBytes; byte++) {
      const at = (byte * 256 + ((sum[byte >> 2]! >>> (24 - 8 * (byte & 3))) & 255)) * 4
      first ^= products[at]!
      second ^= products[at + 1]!
      third ^= products[at + 2]!
      fourth ^= products[at + 3]!
    }
    sum[0] = first
    sum[1] = second
    sum[2] = third
    sum[3] = fourth
  }

  /** The key times x to the power of each bit (§6.3), and their sums for each value of each byte. */
  #multiplyOut(key: Buffer): void {
    const products = this.#products
    const power = Uint32Array.from([0, 4, 8, 12], (at) => key.readUInt32BE(at))
    for (let bit = 0; bit < blockBytes * 8; bit++) {
      const value = 0x80 >> (bit & 7)
      products.set(power, ((bit >> 3) * 256 + value) * 4)
      const carry = power[3]! & 1
      for (let word = 3; word > 0; word--) power[word] = (power[word]! >>> 1) | (power[word - 1]! << 31)
      power[0] = (power[0]! >>> 1) ^ (carry === 1 ? 0xe1000000 : 0)
    }
    for (let byte = 0; byte < blockBytes; byte++) {
      for (let value = 1; value < 256; value++) {
        const low = value & -value
        if (low === value) continue
        for (let word = 0; word < 4; word++) {
          products[(byte * 256 + value) * 4 + word] = products[(byte * 256 + low) * 4 + word]! ^ products[(byte * 256 + (value ^ low)) * 4 + word]!
        }
      }
    }
  }
}
