import type { z } from 'zod'
import type { ProblemAnswer } from './errors.ts'
import type { Route } from './http.ts'

type Output<Schema> = Schema extends z.core.$ZodType ? z.core.output<Schema> : undefined
type Input<Schema> = Schema extends z.core.$ZodType ? z.core.input<Schema> : undefined
type Part<Name extends string, Value> = [Value] extends [undefined]
  ? { [Key in Name]?: undefined }
  : Partial<Value> extends Value
    ? { [Key in Name]?: Value }
    : { [Key in Name]: Value }

export type ParamsOf<R extends Route> = Output<NonNullable<R['params']>>
export type QueryOf<R extends Route> = Input<NonNullable<R['query']>>
export type BodyOf<R extends Route> = Input<NonNullable<R['body']>>
export type AnswerOf<R extends Route> = Output<NonNullable<R['answer']>>
/** What a call of the route needs: its path parameters, query and body, each only when the route has them. */
export type CallInput<R extends Route> = Part<'params', ParamsOf<R>> & Part<'query', QueryOf<R>> & Part<'body', BodyOf<R>> & { signal?: AbortSignal }

/** A failed call: the problem+json that the server answered, or a made-up `unavailable` when there was no answer at all. */
export class ProblemError extends Error {
  readonly problem: ProblemAnswer

  constructor(problem: ProblemAnswer) {
    super(problem.title)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

export interface ClientOptions {
  /** Origin and prefix; empty for the same origin. */
  baseUrl?: string
  /** Sent with every call, e.g. `Authorization` or `Accept-Language`. */
  headers?: Record<string, string> | (() => Record<string, string>)
  fetch?: typeof fetch
}

export interface Client {
  call<R extends Route>(route: R, ...input: CallArguments<R>): Promise<AnswerOf<R>>
}
type CallArguments<R extends Route> = Record<string, never> extends CallInput<R> ? [CallInput<R>?] : [CallInput<R>]

type Values = Record<string, string | number | boolean | null | undefined>

/** The path of a route with its parameters and query filled in. */
export function routeUrl(route: Route, params?: Values, query?: Values): string {
  const path = route.path.replace(/:([A-Za-z]+)/g, (_, name: string) => encodeURIComponent(String(params?.[name] ?? '')))
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query ?? {})) if (value !== undefined && value !== null && value !== '') search.set(key, String(value))
  const text = search.toString()
  return text === '' ? path : `${path}?${text}`
}

/** A client whose calls are typed by the route itself: `client.call(peopleRoutes.readPerson, { params })`. Throws `ProblemError`. */
export function createClient(options: ClientOptions = {}): Client {
  const send = options.fetch ?? ((...args: Parameters<typeof fetch>) => fetch(...args))
  return {
    async call<R extends Route>(route: R, ...[input]: CallArguments<R>): Promise<AnswerOf<R>> {
      const { params, query, body, signal } = (input ?? {}) as {
        params?: Values
        query?: Values
        body?: unknown
        signal?: AbortSignal
      }
      const isForm = typeof FormData !== 'undefined' && body instanceof FormData
      const headers: Record<string, string> = {
        accept: 'application/json, application/problem+json',
        ...(typeof options.headers === 'function' ? options.headers() : options.headers),
      }
      if (body !== undefined && !isForm) headers['content-type'] = 'application/json'
      const init: RequestInit = { method: route.method, headers, credentials: 'same-origin', signal }
      if (body !== undefined) init.body = isForm ? body : JSON.stringify(body)
      let response: Response
      try {
        response = await send((options.baseUrl ?? '') + routeUrl(route, params, query), init)
      } catch (error) {
        if (error instanceof Error && error.name === 'AbortError') throw error
        throw unreachable()
      }
      if (!response.ok) throw await problemOf(response)
      if (response.headers.get('content-type')?.includes('json')) return response.json() as Promise<AnswerOf<R>>
      return response.text() as never
    },
  }
}

/** The problem that a failed response carries, or one made of its status. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const answer = (await response.json().catch(() => null)) as ProblemAnswer | null
  if (answer && typeof answer.name === 'string') return new ProblemError({ ...answer, problems: answer.problems ?? [] })
  return unreachable(response.status)
}

function unreachable(status = 503): ProblemError {
  const zh = status === 503 ? '连接不上服务器，请检查网络后重试' : `服务器应答异常（${status}）`
  const en = status === 503 ? 'The server can not be reached; check the network and try again' : `Unexpected answer from the server (${status})`
  return new ProblemError({ type: '/errors/unavailable', title: en, status, name: 'unavailable', zh, en, problems: [] })
}
