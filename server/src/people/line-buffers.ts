const bufferBytes = 256 * 1024
/** UTF-8 of one unit of a text. */
const bytesPerUnitMax = 3

/** JSON lines on their way to the warehouse, as bytes from the start: texts of tens of thousands of rows would be moved about by the garbage collector. */
export class LineBuffers {
  /** Lines added. */
  count = 0
  readonly #full: Buffer[] = []
  #buffer = Buffer.alloc(0)
  #end = 0

  /** A line with its line feed. */
  add(line: string): void {
    const bytesMax = line.length * bytesPerUnitMax
    if (this.#end + bytesMax > this.#buffer.length) {
      if (this.#end > 0) this.#full.push(this.#buffer.subarray(0, this.#end))
      this.#buffer = Buffer.allocUnsafe(Math.max(bufferBytes, bytesMax))
      this.#end = 0
    }
    this.#end += this.#buffer.write(line, this.#end)
    this.count++
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    yield* this.#full
    if (this.#end > 0) yield this.#buffer.subarray(0, this.#end)
  }
}
