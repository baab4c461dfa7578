import type { LocaleText } from '../../../../contracts/common.ts'

interface Piece {
  kind: 'code' | 'quoted'
  text: string
}

/** Texts, quoted names, dollar quotes and comments: nothing in them is a parameter or ends a statement. */
const quoted = /'(?:[^'\\]|''|\\[\s\S])*'|"(?:[^"]|"")*"|`[^`]*`|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\//g
const parameter = /(?<![:\w]):cursor\b/g

function piecesOf(statement: string): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  for (const match of statement.matchAll(quoted)) {
    if (match.index > at) pieces.push({ kind: 'code', text: statement.slice(at, match.index) })
    pieces.push({ kind: 'quoted', text: match[0] })
    at = match.index + match[0].length
  }
  if (at < statement.length) pieces.push({ kind: 'code', text: statement.slice(at) })
  return pieces
}

/** Why a statement cannot be used; null when it can. The database itself is asked in a transaction that only reads. */
export function checkStatement(statement: string, hasCursor: boolean): LocaleText | null {
  const code = piecesOf(bare(statement))
    .filter((piece) => piece.kind === 'code')
    .map(({ text }) => text)
    .join(' ')
  if (!/^\s*(?:select|with)\b/i.test(code)) return { zh: '应为一条 SELECT 语句', en: 'Must be one SELECT statement' }
  if (code.includes(';')) return { zh: '只能有一条语句，请去掉分号', en: 'Must be a single statement; remove the semicolon' }
  const names = code.match(parameter)?.length ?? 0
  if (hasCursor && names === 0)
    return {
      zh: '设置了增量字段，语句中应有 :cursor，如 where updated_at >= :cursor',
      en: 'With a cursor the statement must use :cursor, as in where updated_at >= :cursor',
    }
  if (!hasCursor && names > 0) return { zh: '语句用了 :cursor，请设置增量字段', en: 'The statement uses :cursor; set the cursor column' }
  if (hasCursor && !/\border\s+by\b/i.test(code))
    return { zh: '应按增量字段升序排列（order by）', en: 'Rows must come in ascending order of the cursor column (order by)' }
  return null
}

/** The statement with its parameter as the engine writes it, and how often it stands there. */
export function bindStatement(statement: string, engine: 'postgres' | 'mysql'): { text: string; parameters: number } {
  let parameters = 0
  const text = piecesOf(bare(statement))
    .map((piece) => {
      if (piece.kind === 'quoted') return piece.text
      return piece.text.replaceAll(parameter, () => {
        parameters += 1
        return engine === 'postgres' ? '$1' : '?'
      })
    })
    .join('')
  return { text, parameters }
}

function bare(statement: string): string {
  return statement.trim().replace(/;\s*$/, '')
}
