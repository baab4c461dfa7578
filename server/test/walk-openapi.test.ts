import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorCatalogue } from '../../contracts/errors.ts'
import type { OpenApiDocument } from '../src/platform/http/index.ts'
import { startTestKit, type TestKit } from './kit.ts'
import { everyRoute, paramNames } from './walk.ts'

let kit: TestKit
let app: FastifyInstance
let document: OpenApiDocument

beforeAll(async () => {
  kit = await startTestKit()
  app = await kit.http()
  document = (await app.inject('/api/openapi.json')).json()
})
afterAll(() => kit.stop())

describe('the description of the interface', () => {
  test.each(everyRoute)('has $name with its params, body, answer and problems', ({ name, capability, route }) => {
    const operation = document.paths[route.path.replace(/:(\w+)/g, '{$1}')]?.[route.method.toLowerCase()]
    expect(operation).toMatchObject({ operationId: name, tags: [capability], summary: route.summary })
    const inPath = operation?.parameters?.filter((parameter) => parameter.in === 'path')
    expect(inPath?.map((parameter) => parameter.name).toSorted() ?? []).toEqual(paramNames(route).toSorted())
    expect(inPath?.every((parameter) => parameter.required) ?? true).toBe(true)
    expect(operation?.requestBody !== undefined).toBe(route.body !== undefined || route.transport === 'multipart' || route.transport === 'raw')
    expect(Object.keys(operation?.responses ?? {})).toEqual(expect.arrayContaining(['200', '500']))
    expect((operation?.security.length ?? 0) === 0).toBe(['public', 'callbackToken', 'hookToken'].includes(route.access.kind))
  })

  test('has nothing else, and every operation once', () => {
    const ids = Object.values(document.paths).flatMap((methods) => Object.values(methods).map((operation) => operation.operationId))
    expect(ids.toSorted()).toEqual(everyRoute.map(({ name }) => name).toSorted())
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('is OpenAPI 3.1 whose references all lead somewhere', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/)
    expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) })
    const references = new Set([...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? ''))
    const missing = [...references].filter((reference) => lookUp(reference) === undefined)
    expect(missing).toEqual([])
    expect(references.size).toBeGreaterThan(40)
  })

  test('calls its parts by name in both languages', async () => {
    const pages = await Promise.all(['zh', 'en'].map(async (lang) => (await app.inject(`/api/docs?lang=${lang}`)).body))
    expect(document.tags.map(({ name }) => name)).toEqual([...new Set(everyRoute.map(({ capability }) => capability))])
    for (const { name, 'x-label': label } of document.tags) {
      expect(label.zh).toMatch(/\p{Script=Han}/u)
      expect(pages[0]).toContain(`<h2 id="tag-${name}">${label.zh}</h2>`)
      expect(pages[1]).toContain(`<h2 id="tag-${name}">${label.en}</h2>`)
    }
  })

  test('uses only keywords of JSON Schema in its shapes, and names the shapes people know', () => {
    const wrong = Object.entries(document.components.schemas).flatMap(([name, schema]) => wrongIn(schema, name))
    expect(wrong).toEqual([])
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(['Person', 'Rule', 'Campaign', 'CampaignReport', 'ProblemAnswer', 'Role', 'Permission']),
    )
  })

  test('names every error with its sentence', () => {
    const responses = JSON.stringify(document.components.responses)
    for (const [name, { en }] of Object.entries(errorCatalogue)) expect(responses).toContain(`\`${name}\`: ${en}`)
  })
})

describe('the page of the interface', () => {
  test.each(['zh', 'en'] as const)('shows every route and every error in %s, and takes nothing from elsewhere', async (lang) => {
    const page = await app.inject(`/api/docs?lang=${lang}`)
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    for (const { route } of everyRoute) expect(page.body).toContain(`<code>${route.path.replace(/:(\w+)/g, '{$1}')}</code>`)
    for (const [name, error] of Object.entries(errorCatalogue))
      expect(page.body).toContain(`<td><code>${name}</code></td><td>${error.status}</td><td>${error[lang]}`)
    expect(page.body).not.toMatch(/(src|href)="(https?:)?\/\//)
  })

  test('follows the language of the browser', async () => {
    expect((await app.inject({ url: '/api/docs', headers: { 'accept-language': 'en' } })).body).toContain('<html lang="en">')
    expect((await app.inject({ url: '/api/docs', headers: { 'accept-language': 'zh-CN,en;q=0.5' } })).body).toContain('<html lang="zh">')
  })
})

function lookUp(reference: string): unknown {
  return reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document)
}

const types = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'])
const keywords = new Set(
  '$ref type properties required additionalProperties propertyNames items prefixItems anyOf oneOf allOf enum const format pattern minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum minItems maxItems default description id'.split(
    ' ',
  ),
)

/** Places in a schema that no JSON Schema reader would understand. */
function wrongIn(schema: unknown, at: string): string[] {
  if (typeof schema === 'boolean') return []
  if (typeof schema !== 'object' || schema === null) return [at]
  return Object.entries(schema).flatMap(([key, value]): string[] => {
    const here = `${at}.${key}`
    if (!keywords.has(key)) return [here]
    if (key === 'type') return [value].flat().every((type) => types.has(String(type))) ? [] : [here]
    if (key === 'properties') return Object.entries(value as object).flatMap(([name, inner]) => wrongIn(inner, `${here}.${name}`))
    if (key === 'anyOf' || key === 'oneOf' || key === 'allOf') return (value as unknown[]).flatMap((inner, index) => wrongIn(inner, `${here}.${index}`))
    if (key === 'items' || key === 'additionalProperties' || key === 'propertyNames') return wrongIn(value, here)
    return []
  })
}
