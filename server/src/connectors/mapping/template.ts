import { parsePath, readPath, type ParsedPath, type Scope } from './path.ts'

export type TemplatePart = { kind: 'text'; text: string } | { kind: 'path'; path: ParsedPath; text: string }

/** Text with paths between double braces; null when a path is none or a brace is left open. */
export function parseTemplate(text: string): TemplatePart[] | null {
  const parts: TemplatePart[] = []
  let at = 0
  for (const match of text.matchAll(/\{\{([^{}]*)\}\}/g)) {
    const path = parsePath(match[1] ?? '')
    if (!path) return null
    if (match.index > at) parts.push({ kind: 'text', text: text.slice(at, match.index) })
    parts.push({ kind: 'path', path, text: (match[1] ?? '').trim() })
    at = match.index + match[0].length
  }
  if (at < text.length) parts.push({ kind: 'text', text: text.slice(at) })
  return parts.some((part) => part.kind === 'text' && part.text.includes('{{')) ? null : parts
}

/** The text of a template, or undefined when one of its paths holds nothing. */
export function fillTemplate(parts: readonly TemplatePart[], scope: Scope): string | undefined {
  let text = ''
  for (const part of parts) {
    const piece = part.kind === 'text' ? part.text : asText(readPath(part.path, scope))
    if (piece === undefined) return undefined
    text += piece
  }
  return text
}

/** The same with every value written as JSON; what is not there is null. */
export function fillJsonTemplate(parts: readonly TemplatePart[], scope: Scope): string {
  return parts.map((part) => (part.kind === 'text' ? part.text : (JSON.stringify(readPath(part.path, scope)) ?? 'null'))).join('')
}

/** A value as people would write it; undefined for nothing and for what is no single value. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return value.length === 1 ? asText(value[0]) : undefined
  return undefined
}
