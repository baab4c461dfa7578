import { createHash } from 'node:crypto'
import type { Locale } from '../../../../contracts/common.ts'
import type { errorCatalogue } from '../../../../contracts/errors.ts'
import { accessWords, type OpenApiDocument, type Operation } from './openapi.ts'

type Json = Record<string, unknown>

const words = {
  zh: {
    title: '鸿雁 接口',
    lead: '所有接口的地址、参数与返回。机器可读版本:',
    filter: '筛选地址或说明',
    parameters: '参数',
    body: '请求体',
    answer: '返回',
    errors: '错误',
    shapes: '数据结构',
    required: '必填',
    other: 'English',
  },
  en: {
    title: 'Hongyan API',
    lead: 'Every route with its parameters and answers. For programs:',
    filter: 'Filter by path or words',
    parameters: 'Parameters',
    body: 'Body',
    answer: 'Answer',
    errors: 'Errors',
    shapes: 'Shapes',
    required: 'required',
    other: '中文',
  },
} as const

/** The only script of the page: hides the routes that do not hold the words typed. */
const script = `
const field = document.querySelector('input')
field.addEventListener('input', () => {
  const wanted = field.value.trim().toLowerCase()
  for (const route of document.querySelectorAll('[data-words]')) route.hidden = !route.dataset.words.includes(wanted)
  for (const part of document.querySelectorAll('section')) part.hidden = !part.querySelector('[data-words]:not([hidden])')
})
`
export const apiPageScriptHash = `sha256-${createHash('sha256').update(script).digest('base64')}`

/** The interface as one page that needs nothing from elsewhere. */
export function apiPage(document: OpenApiDocument, errors: typeof errorCatalogue, locale: Locale): string {
  const text = words[locale]
  const sections = document.tags.map((tag) => section(document, tag, locale)).join('')
  const shapes = Object.entries(document.components.schemas)
    .map(
      ([name, schema]) =>
        `<details id="shape-${escape(name)}" data-words="${escape(name.toLowerCase())}"><summary><b>${escape(name)}</b></summary>${shape(schema)}</details>`,
    )
    .join('')
  const errorRows = Object.entries(errors)
    .map(([name, error]) => `<tr><td><code>${name}</code></td><td>${error.status}</td><td>${escape(error[locale])}</td></tr>`)
    .join('')
  const other = locale === 'zh' ? 'en' : 'zh'
  const tagLinks = document.tags.map((tag) => `<a href="#tag-${tag.name}">${escape(tag['x-label'][locale])}</a>`).join('')
  return `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text.title}</title><style>${style}</style></head><body>
<header><h1>${text.title}</h1><a href="?lang=${other}">${text.other}</a></header>
<p>${text.lead} <a href="/api/openapi.json">/api/openapi.json</a></p><nav>${tagLinks}</nav><input type="search" placeholder="${text.filter}" aria-label="${text.filter}">
<main>${sections}<section><h2 id="errors">${text.errors}</h2><div data-words="${escape(text.errors.toLowerCase())} errors"><table>${errorRows}</table></div></section><section><h2>${text.shapes}</h2>${shapes}</section></main>
<script>${script}</script></body></html>`
}

function section(document: OpenApiDocument, tag: OpenApiDocument['tags'][number], locale: Locale): string {
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => operation.tags.includes(tag.name))
      .map(([method, operation]) => routeBlock(path, method, operation, locale)),
  )
  return `<section><h2 id="tag-${tag.name}">${escape(tag['x-label'][locale])}</h2>${routes.join('')}</section>`
}

function routeBlock(path: string, method: string, operation: Operation, locale: Locale): string {
  const text = words[locale]
  const parameters = (operation.parameters ?? [])
    .map(
      (one) =>
        `<tr><td><code>${escape(one.name)}</code></td><td>${escape(one.in)}${one.required ? ` · ${text.required}` : ''}</td><td>${escape(typeName(one.schema))}</td><td>${escape(one.description ?? '')}</td></tr>`,
    )
    .join('')
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema
  const answers = (operation.responses['200'] as { content: Record<string, { schema: Json }> }).content
  const statuses = Object.keys(operation.responses).filter((status) => status !== '200')
  return `<details data-words="${escape(`${method} ${path} ${operation.summary} ${operation.operationId}`.toLowerCase())}">
<summary><span class="method ${method}">${method.toUpperCase()}</span><code>${escape(path)}</code><span>${escape(operation.summary)}</span></summary>
<p>${escape(accessWords(operation['x-access'])[locale]).replace(/`([^`]+)`/g, '<code>$1</code>')}</p>
${parameters ? `<h3>${text.parameters}</h3><table>${parameters}</table>` : ''}${body ? `<h3>${text.body}</h3>${shape(body)}` : ''}
<h3>${text.answer}</h3>${shape(Object.values(answers)[0]?.schema ?? {})}<h3>${text.errors}</h3><p><a href="#errors">${statuses.join(', ')}</a></p></details>`
}

function shape(schema: Json): string {
  const properties = propertiesOf(schema)
  if (!properties) return `<p>${linked(typeName(schema))}</p>`
  const required = new Set(schema.required as string[] | undefined)
  const rows = Object.entries(properties)
    .map(
      ([name, value]) =>
        `<tr><td><code>${escape(name)}</code>${required.has(name) ? '' : '?'}</td><td>${linked(typeName(value))}</td><td>${escape(textOf(value.description))}</td></tr>`,
    )
    .join('')
  return `<table>${rows}</table>`
}

function propertiesOf(schema: Json): Record<string, Json> | undefined {
  return schema.properties as Record<string, Json> | undefined
}

/** A type in one line: `Person[]`, `"zh" | "en"`, `{ done }`. */
function typeName(schema: Json): string {
  if (typeof schema.$ref === 'string') return `→${schema.$ref.split('/').at(-1)}`
  if ('const' in schema) return JSON.stringify(schema.const)
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  const options = (schema.anyOf ?? schema.oneOf) as Json[] | undefined
  if (options) return options.map((option) => typeName(option)).join(' | ')
  if (schema.type === 'array') return `${typeName((schema.items ?? {}) as Json)}[]`
  const properties = propertiesOf(schema)
  if (properties)
    return `{ ${Object.entries(properties)
      .map(([name, value]) => `${name}: ${typeName(value)}`)
      .join(', ')} }`
  if (schema.type === 'object') return 'object'
  const type = Array.isArray(schema.type) ? schema.type.join(' | ') : textOf(schema.type) || 'any'
  const format = textOf(schema.format)
  return format === '' ? type : `${type} (${format})`
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function linked(type: string): string {
  return escape(type).replace(/→(\w+)/g, '<a href="#shape-$1">$1</a>')
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`)
}

const style = `
:root{color-scheme:light dark;--line:#8884;--soft:#8881}
body{font:14px/1.55 system-ui,"PingFang SC","Noto Sans CJK SC",sans-serif;max-width:1080px;margin:0 auto;padding:24px}
header{display:flex;justify-content:space-between;align-items:baseline}h1{font-size:22px;margin:0}h2{font-size:17px;margin:28px 0 8px}h3{font-size:13px;margin:12px 0 4px}
nav{display:flex;flex-wrap:wrap;gap:4px 14px;margin:8px 0 14px}a{color:#1668dc;text-decoration:none}a:hover{text-decoration:underline}
input{width:100%;box-sizing:border-box;padding:8px 10px;font:inherit;border:1px solid var(--line);border-radius:6px;background:transparent}
details{border:1px solid var(--line);border-radius:6px;margin:4px 0;padding:0 12px}summary{display:flex;flex-wrap:wrap;gap:2px 10px;padding:7px 0;cursor:pointer;align-items:baseline;list-style:none}
details[open]>summary{border-bottom:1px solid var(--line);margin-bottom:8px}code{font:12.5px ui-monospace,monospace;overflow-wrap:anywhere}
.method{font:600 11px ui-monospace,monospace;min-width:52px}.get{color:#2a7}.post{color:#1668dc}.put,.patch{color:#b70}.delete{color:#c33}
table{border-collapse:collapse;width:100%;margin-bottom:8px}td{padding:3px 10px 3px 0;border-top:1px solid var(--soft);vertical-align:top;overflow-wrap:anywhere}
[hidden]{display:none}
`
