import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Route } from '../../../contracts/http.ts'
import type { Platform } from '../platform/platform.ts'
import type { Context } from './context.ts'

/** The user behind a session, outside any workspace. */
export interface SignedInUser {
  userId: string
  email: string
  name: string
  locale: 'zh' | 'en'
}

/** The data source behind a write key. */
export interface WriteKeySource {
  workspaceId: number
  sourceId: string
}

/** The channel account behind a callback token. */
export interface CallbackAccount {
  workspaceId: number
  accountId: string
}

/** The connector behind a hook token. */
export interface HookConnector {
  workspaceId: number
  connectorId: string
}

type Output<Schema> = Schema extends z.core.$ZodType ? z.core.output<Schema> : undefined
type Input<Schema> = Schema extends z.core.$ZodType ? z.core.input<Schema> : undefined

/** What a handler is given: everything parsed by the route's schemas, and who calls as the route's access rule has proved. */
export interface Call<R extends Route> {
  platform: Platform
  params: Output<NonNullable<R['params']>>
  query: Output<NonNullable<R['query']>>
  /** Undefined on routes with `transport: 'raw'` or `'multipart'`. */
  body: Output<NonNullable<R['body']>>
  /** The decompressed bytes of the body; set on routes with `transport: 'raw'`. */
  rawBody: Buffer
  request: FastifyRequest
  reply: FastifyReply
  /** Set on routes with workspace access. */
  ctx: Context
  /** Set on routes with session access. */
  user: SignedInUser
  /** Set on routes with write-key access, except with `inBody`. */
  source: WriteKeySource
  /** On routes whose write key may stand in the body: the source that was proved before the body was read, else the one of this key. Throws `wrong-write-key`. */
  claimSource: (writeKey: unknown) => Promise<WriteKeySource>
  /** Set on routes with callback-token access. */
  account: CallbackAccount
  /** Set on routes with hook-token access. */
  hook: HookConnector
}

export type Handler<R extends Route> = (call: Call<R>) => Promise<Input<NonNullable<R['answer']>>>

/** One handler per route of a capability's contract: a missing or extra one does not type-check. */
export type Handlers<Routes extends Record<string, Route>> = { [Name in keyof Routes]: Handler<Routes[Name]> }
