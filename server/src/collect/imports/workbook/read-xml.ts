import { SaxesParser } from 'saxes'

/** What a reader of a part wants to hear. Names come without their prefix: writers choose those freely. */
export interface XmlHandler {
  open?(name: string, attributes: Readonly<Record<string, string>>, isSelfClosing: boolean): void
  close?(name: string): void
  text?(text: string): void
}

/** A text longer than this is no cell. */
const charactersWithoutTagMax = 16 * 1024 * 1024

/**
 * Reads XML as it streams; yields after every piece that was read, with the bytes so far, so that the caller can pass on what it has.
 * Document types are refused: a workbook has none, and they are how XML is made to grow. Throws Error for what is not well-formed.
 */
export async function* readXml(xml: AsyncIterable<Buffer>, handler: XmlHandler): AsyncGenerator<number> {
  const parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false })
  let sinceTag = 0
  parser.on('error', (error) => {
    throw error
  })
  parser.on('doctype', () => {
    throw new Error('A part of the workbook has a document type')
  })
  parser.on('opentag', (tag) => {
    sinceTag = 0
    handler.open?.(localName(tag.name), tag.attributes, tag.isSelfClosing)
  })
  parser.on('closetag', (tag) => handler.close?.(localName(tag.name)))
  if (handler.text) {
    const text = handler.text.bind(handler)
    parser.on('text', text)
    parser.on('cdata', text)
  }
  const decoder = new TextDecoder('utf-8')
  let bytes = 0
  for await (const chunk of xml) {
    const text = decoder.decode(chunk, { stream: true })
    bytes += chunk.length
    sinceTag += text.length
    if (sinceTag > charactersWithoutTagMax) throw new Error('A text in the workbook does not end')
    parser.write(text)
    yield bytes
  }
  parser.write(decoder.decode()).close()
  yield bytes
}

export function localName(name: string): string {
  const colon = name.indexOf(':')
  return colon === -1 ? name : name.slice(colon + 1)
}

/** `_x000D_` stands for a character that XML cannot hold (ECMA-376, part 1, §22.9.2.19). */
export function decodeEscapes(text: string): string {
  return text.includes('_x') ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) : text
}
