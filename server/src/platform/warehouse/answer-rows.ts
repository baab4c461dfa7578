// Numbers and strings of a JSON text; strings are matched only to be stepped over.
const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** Quotes whole numbers beyond 2^53 so that they arrive as exact strings instead of rounded numbers. */
function quoteUnsafeIntegers(json: string): string {
  if (!/\d{16}/.test(json)) return json
  return json.replaceAll(tokens, (token) => (/^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token))
}

/** The rows of an answer in JSONEachRow. NOTE: the engine escapes newlines within values, so a newline always ends a row. */
export function rowsOfJsonLines<Row>(text: string): Row[] {
  const json = quoteUnsafeIntegers(text.trimEnd())
  return json === '' ? [] : (JSON.parse(`[${json.replaceAll('\n', ',')}]`) as Row[])
}
