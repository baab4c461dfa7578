/** A piece of a statement's text: code outside of quotes and comments, or everything else, kept as it stands. */
interface SqlPiece {
  code: boolean
  text: string
}

// Quoted text (both escapes: backslash and doubled quote), comments and here-documents; what is left is code.
const opaque =
  /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"|`(?:[^`\\]|\\[\s\S]|``)*`|--[^\n]*|#!?[ \t!][^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$/g

function* piecesOf(sql: string): Generator<SqlPiece> {
  let end = 0
  for (const match of sql.matchAll(opaque)) {
    if (match.index > end) yield { code: true, text: sql.slice(end, match.index) }
    yield { code: false, text: match[0] }
    end = match.index + match[0].length
  }
  if (end < sql.length) yield { code: true, text: sql.slice(end) }
}

const isComment = (text: string) => /^(?:--|#|\/\*)/.test(text)

/** The statements of a file, split at semicolons outside of quotes and comments; comments are dropped, empty statements too. */
export function splitStatements(sql: string): string[] {
  const statements: string[] = []
  let statement = ''
  for (const piece of piecesOf(sql)) {
    if (!piece.code) {
      statement += isComment(piece.text) ? ' ' : piece.text
      continue
    }
    const parts = piece.text.split(';')
    for (const part of parts.slice(0, -1)) {
      statements.push(statement + part)
      statement = ''
    }
    statement += parts.at(-1)
  }
  statements.push(statement)
  return statements.map((text) => text.trim()).filter((text) => text !== '')
}

/**
 * Checks what the engine does not: that the text is one statement (chDB runs everything behind a semicolon) and that every typed slot
 * `{name:Type}` has its value (a Session remembers the values of earlier statements). Answers the text without a closing semicolon.
 */
export function checkStatement(sql: string, params: Record<string, unknown>): string {
  const text = sql.trim().replace(/;$/, '')
  for (const piece of piecesOf(text)) {
    if (!piece.code) continue
    if (piece.text.includes(';')) throw new Error('A warehouse statement holds more than one statement')
    for (const [, name] of piece.text.matchAll(/\{\s*(\w+)\s*:/g)) {
      if (name === undefined || !Object.hasOwn(params, name)) throw new Error(`The slot {${name}} of a warehouse statement has no value`)
    }
  }
  return text
}

/** A name of a table, optionally with its database; anything else is refused, for names stand in the text of statements. */
export function checkTableName(table: string): string {
  if (!/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?$/.test(table)) throw new Error(`Not a name of a warehouse table: ${JSON.stringify(table)}`)
  return table
}
