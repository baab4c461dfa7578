import { z } from 'zod'
import type { LocaleText } from '../../../../contracts/common.ts'
import { errorCatalogue, ProblemAnswer, type ErrorName } from '../../../../contracts/errors.ts'
import type { Access, Route } from '../../../../contracts/http.ts'
import { assertNever } from '../errors.ts'

type Json = Record<string, unknown>
type Routes = Record<string, Route>

export interface OpenApiDocument extends Json {
  openapi: string
  info: { title: string; version: string; description: string }
  tags: { name: string; description: string; 'x-label': LocaleText }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Json>; securitySchemes: Json; responses: Json }
}

export interface Operation {
  operationId: string
  tags: string[]
  summary: string
  description: string
  security: Record<string, string[]>[]
  parameters?: { name: string; in: string; required: boolean; description?: string; schema: Json }[]
  requestBody?: { required: boolean; content: Record<string, { schema: Json }> }
  responses: Record<string, Json>
  /** Who may call, as the contract says it. */
  'x-access': Access
}

/**
 * The routes of a contract as OpenAPI 3.1, whose schemas are JSON Schema 2020-12. `labels` says what its parts are called, `schemas` gives names to shapes
 * that many routes share.
 */
export function openApiDocument<Part extends string>(
  api: Readonly<Record<Part, Routes>>,
  labels: Readonly<Record<Part, LocaleText>>,
  schemas: Record<string, z.core.$ZodType>,
): OpenApiDocument {
  const shapes = new Shapes({ ...schemas, ProblemAnswer })
  const problem = shapes.of(ProblemAnswer, 'output')
  const paths: OpenApiDocument['paths'] = {}
  for (const [tag, routes] of Object.entries<Routes>(api)) {
    for (const [name, route] of Object.entries(routes)) {
      const path = route.path.replace(/:([A-Za-z]+)/g, '{$1}')
      ;(paths[path] ??= {})[route.method.toLowerCase()] = operation({ tag, name, route, shapes })
    }
  }
  return {
    openapi: '3.1.1',
    info: {
      title: '鸿雁 Hongyan',
      version: '1',
      description: 'Every error is application/problem+json (RFC 9457) with a stable `name`, see ProblemAnswer. Money is in fen, times are UTC.',
    },
    tags: Object.entries<LocaleText>(labels).map(([name, label]) => ({ name, description: label.en, 'x-label': label })),
    paths,
    components: {
      schemas: shapes.components,
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'hongyan_session', description: 'Set by POST /api/session' },
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'Authorization: Bearer hy_…, made under Settings · API keys; bound to one workspace and to its permissions',
        },
        writeKey: { type: 'http', scheme: 'basic', description: 'The write key of a data source as the user name, no password' },
      },
      responses: problemResponses(problem),
    },
  }
}

/** One response per error status, each naming the errors it stands for. */
function problemResponses(schema: Json): Json {
  const responses: Record<string, { description: string; content: Json }> = {}
  for (const [name, { status, en }] of Object.entries(errorCatalogue)) {
    const response = (responses[`problem${status}`] ??= { description: '', content: { 'application/problem+json': { schema } } })
    response.description += `${response.description ? '; ' : ''}\`${name}\`: ${en}`
  }
  return responses
}

function operation({ tag, name, route, shapes }: { tag: string; name: string; route: Route; shapes: Shapes }): Operation {
  const body = requestBody(route, shapes)
  const parameters = [...parametersIn('path', route.params, shapes), ...parametersIn('query', route.query, shapes)]
  return {
    operationId: name,
    tags: [tag],
    summary: route.summary,
    description: accessWords(route.access).en,
    security: security(route.access),
    'x-access': route.access,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: body } : {}),
    responses: {
      '200': answer(route, shapes),
      ...Object.fromEntries(problemsOf(route).map((status) => [String(status), { $ref: `#/components/responses/problem${status}` }])),
    },
  }
}

/** Who may call, in both languages. */
export function accessWords(access: Access): LocaleText {
  switch (access.kind) {
    case 'public':
      return { zh: '无需登录。', en: 'Open to anyone.' }
    case 'session':
      return { zh: '任何已登录的用户。', en: 'For any signed-in user.' }
    case 'workspace':
      return { zh: `需要工作区中的权限 \`${access.permission}\`。`, en: `Needs the permission \`${access.permission}\` in the workspace.` }
    case 'writeKey':
      return { zh: '数据源，凭写入密钥。', en: 'For a data source, by its write key.' }
    case 'callbackToken':
      return { zh: '得到此地址的服务商。', en: 'For the provider that was given this address.' }
    case 'hookToken':
      return { zh: '得到此地址的外部系统。', en: 'For the system that was given this address.' }
    default:
      return assertNever(access)
  }
}

function security(access: Access): Record<string, string[]>[] {
  switch (access.kind) {
    case 'session':
      return [{ session: [] }]
    case 'workspace':
      return [{ session: [] }, { apiKey: [] }]
    case 'writeKey':
      return [{ writeKey: [] }]
    case 'public':
    case 'callbackToken':
    case 'hookToken':
      return []
    default:
      return assertNever(access)
  }
}

function requestBody(route: Route, shapes: Shapes): Operation['requestBody'] {
  if (route.transport === 'multipart') {
    const schema = { type: 'object', required: ['file'], properties: { file: { type: 'string', contentMediaType: 'application/octet-stream' } } }
    return { required: true, content: { 'multipart/form-data': { schema } } }
  }
  if (route.body) return { required: true, content: { 'application/json': { schema: shapes.of(route.body, 'input') } } }
  return route.transport === 'raw' ? { required: true, content: { '*/*': { schema: {} } } } : undefined
}

function answer(route: Route, shapes: Shapes): Json {
  if (route.transport === 'file') return { description: 'The bytes', content: { '*/*': { schema: { type: 'string' } } } }
  return { description: 'Done', content: { 'application/json': { schema: shapes.of(route.answer, 'output') } } }
}

function parametersIn(place: 'path' | 'query', schema: z.core.$ZodType | undefined, shapes: Shapes): NonNullable<Operation['parameters']> {
  if (!schema) return []
  const { properties = {}, required = [] } = shapes.inline(schema) as { properties?: Record<string, Json>; required?: string[] }
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || (required.includes(name) && !('default' in rest)),
    ...(typeof description === 'string' ? { description } : {}),
    schema: rest,
  }))
}

/** Statuses a route can fail with by its nature; any route may meet the last three. */
function problemsOf(route: Route): number[] {
  const names: ErrorName[] = ['throttled', 'internal', 'unavailable']
  if (route.params || route.query || route.body) names.push('validation')
  if (route.body || route.transport === 'multipart' || route.transport === 'raw') names.push('too-large', 'unsupported-media')
  if (route.access.kind !== 'public' || route.body) names.push('not-signed-in', 'forbidden')
  if (route.access.kind === 'workspace' || ['callbackToken', 'hookToken'].includes(route.access.kind)) names.push('not-found')
  if (route.method !== 'GET') names.push('conflict')
  if (route.path.includes('rule')) names.push('rule-too-costly')
  if (route.access.kind === 'workspace' && route.access.permission.startsWith('channels.')) names.push('provider-failure')
  return [...new Set(names.map((name) => errorCatalogue[name].status))].toSorted((a, b) => a - b)
}

/** Turns zod schemas into JSON Schema, moving what has a name (or refers to itself) to `components.schemas`. */
class Shapes {
  readonly components: Record<string, Json> = {}
  readonly #names = z.registry<{ id: string }>()
  #unnamed = 0

  constructor(named: Record<string, z.core.$ZodType>) {
    for (const [id, schema] of Object.entries(named)) if (!this.#names.has(schema)) this.#names.add(schema, { id })
  }

  of(schema: z.core.$ZodType, io: 'input' | 'output'): Json {
    const {
      $schema: _,
      $defs = {},
      ...own
    } = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: tidy, metadata: this.#names }) as Json & { $defs?: Record<string, Json> }
    const targets = new Map(Object.entries($defs).map(([id, definition]) => [id, this.#place(id, definition, io)]))
    for (const [id, target] of targets) this.components[target] = refer($defs[id] ?? {}, targets)
    return refer(own, targets)
  }

  /** Without references at the top: parameters are listed one by one. */
  inline(schema: z.core.$ZodType): Json {
    const { $schema: _, ...own } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', override: tidy, metadata: z.registry<{ id: string }>() })
    return own
  }

  /** The component's name: what goes in gets its own where it differs from what comes out. */
  #place(id: string, definition: Json, io: 'input' | 'output'): string {
    const name = /^__schema\d+$/.test(id) ? `Shape${(this.#unnamed += 1)}` : id
    if (io === 'output' || !(name in this.components)) return name
    const seen = JSON.stringify(this.components[name]).replaceAll('#/components/schemas/', '#/$defs/')
    return seen === JSON.stringify(definition) ? name : `${name}Input`
  }
}

/** Points references at where their definitions were moved. */
function refer(definition: Json, targets: Map<string, string>): Json {
  const text = JSON.stringify(definition).replace(/"#\/\$defs\/([^"]+)"/g, (_, id: string) => `"#/components/schemas/${targets.get(id) ?? id}"`)
  return JSON.parse(text) as Json
}

/** Leaves out what only lengthens the page: the pattern behind a well-known format, and the bounds of a safe integer. */
function tidy({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
}
