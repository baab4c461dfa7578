import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Platform } from '../platform/platform.ts'
import { sessionCookie, sessionDays } from './find-session.ts'

/** Gives the browser its session: out of reach of scripts, not sent by other sites, over TLS only where there is TLS. */
export function setSessionCookie(platform: Platform, { request, reply, token }: { request: FastifyRequest; reply: FastifyReply; token: string }): void {
  const secure = request.protocol === 'https' || platform.config.http.publicUrl.startsWith('https:')
  void reply.setCookie(sessionCookie, token, { httpOnly: true, sameSite: 'lax', path: '/', secure, maxAge: sessionDays * 24 * 60 * 60 })
}

export function clearSessionCookie(reply: FastifyReply): void {
  void reply.clearCookie(sessionCookie, { path: '/' })
}
