import { parseJson, parseForm } from '../mapping/read-body.ts'
import { parsePath, readPath } from '../mapping/path.ts'
import { asText } from '../mapping/template.ts'
import { readPlace, type HookRequest } from './hook-request.ts'

/** What a template of signed text may name. */
interface Parts {
  id: string
  secret: string
  timestamp: string | undefined
  /** The field of a form that holds the signature, left out of `{{sorted}}`. */
  signatureName: string
}

const place = /\{\{([^{}]*)\}\}/g

/** Whether a template names only what there is. */
export function isSigningTemplate(template: string): boolean {
  return [...template.matchAll(place)].every(([, name = '']) =>
    /^(id|secret|body|timestamp|sorted(:-[\w,.-]+)?|(header|query|form):[^{}]+)$/.test(name.trim()) || name.trim().startsWith('json:')
      ? isNamed(name.trim())
      : false,
  )
}

function isNamed(name: string): boolean {
  return !name.startsWith('json:') || parsePath(name.slice('json:'.length)) !== null
}

/** The bytes that were signed. A part that the request does not have is empty. */
export function signedBytes(template: string, request: HookRequest, parts: Parts): Buffer {
  const pieces: Buffer[] = []
  let at = 0
  for (const match of template.matchAll(place)) {
    pieces.push(Buffer.from(template.slice(at, match.index)))
    pieces.push(partBytes((match[1] ?? '').trim(), request, parts))
    at = match.index + match[0].length
  }
  pieces.push(Buffer.from(template.slice(at)))
  return Buffer.concat(pieces)
}

function partBytes(name: string, request: HookRequest, parts: Parts): Buffer {
  if (name === 'body') return request.body
  return Buffer.from(partText(name, request, parts) ?? '')
}

function partText(name: string, request: HookRequest, parts: Parts): string | undefined {
  const [kind, rest] = split(name)
  switch (kind) {
    case 'id':
      return parts.id
    case 'secret':
      return parts.secret
    case 'timestamp':
      return parts.timestamp
    case 'header':
    case 'query':
    case 'form':
      return readPlace(request, kind, rest)
    case 'json':
      return jsonText(request, rest)
    case 'sorted':
      return sortedFields(request, [parts.signatureName, ...rest.replace(/^-/, '').split(',')])
    default:
      return undefined
  }
}

function split(name: string): [string, string] {
  const colon = name.indexOf(':')
  return colon < 0 ? [name, ''] : [name.slice(0, colon), name.slice(colon + 1)]
}

function jsonText(request: HookRequest, path: string): string | undefined {
  const parsed = parsePath(path)
  if (!parsed) return undefined
  const body = parseJson(request.body.toString('utf8'))
  return asText(readPath(parsed, { element: body, message: body, body, headers: request.headers, query: {}, path: request.path }))
}

/** All fields of the form but some, by name, each as its name and value. */
function sortedFields(request: HookRequest, without: readonly string[]): string {
  return Object.entries(parseForm(request.body.toString('utf8')))
    .filter(([name]) => !without.includes(name))
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => name + value)
    .join('')
}
