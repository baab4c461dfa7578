import type { z } from 'zod'
import type { Permission } from './permissions.ts'

/**
 * Who may call a route. There is no default: a route without an access rule does not type-check.
 * - public: anyone (health, sign-in, first set-up)
 * - session: any signed-in user, outside a workspace
 * - workspace: a member or an API key of `:workspaceId` that holds `permission`
 * - writeKey: a data source, by its write key as user name of Basic auth or as `token` of the query; with `inBody` also in the body,
 *   where the handler claims it
 * - callbackToken: a channel provider, by the unguessable token in the path
 * - hookToken: a system that a connector was made for, by the unguessable token in the path; what else it must prove the connector says
 */
export type Access =
  | { kind: 'public' }
  | { kind: 'session' }
  | { kind: 'workspace'; permission: Permission }
  | { kind: 'writeKey'; inBody?: true }
  | { kind: 'callbackToken' }
  | { kind: 'hookToken' }

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
type Schema = z.core.$ZodType

export interface Route<Params extends Schema = Schema, Query extends Schema = Schema, Body extends Schema = Schema, Answer extends Schema = Schema> {
  method: Method
  path: string
  access: Access
  /** One line for the API page, in English. */
  summary: string
  params?: Params
  query?: Query
  body?: Body
  answer: Answer
  /**
   * `file`: the answer is bytes with its own content type; `multipart`: the body is a form with one file;
   * `raw`: the handler gets the decompressed bytes of the body (`call.rawBody`), and `body` only documents them.
   */
  transport?: 'json' | 'file' | 'multipart' | 'raw'
  /** A non-GET route that changes nothing (a preview, a count) and so owes no audit row. */
  readOnly?: boolean
  /** Any web page may call it and read the answer (ingest from browsers): CORS for every origin, and an answer to the preflight. */
  cors?: true
}

/** Keeps the literal types of one route. */
export function defineRoute<
  Params extends Schema = z.ZodUndefined,
  Query extends Schema = z.ZodUndefined,
  Body extends Schema = z.ZodUndefined,
  Answer extends Schema = z.ZodUndefined,
>(route: Route<Params, Query, Body, Answer>): Route<Params, Query, Body, Answer> {
  return route
}

export const open: Access = { kind: 'public' }
export const signedIn: Access = { kind: 'session' }
/** A member or API key of the workspace in the path who holds `permission`. */
export const needs = (permission: Permission): Access => ({ kind: 'workspace', permission })
