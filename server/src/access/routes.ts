import type { FastifyReply, FastifyRequest } from 'fastify'
import type { accessRoutes, Me } from '../../../contracts/access.ts'
import type { Platform } from '../platform/platform.ts'
import { addMember } from './add-member.ts'
import { createApiKey, listApiKeys, revokeApiKey } from './api-keys.ts'
import { completeSetup, readSetup } from './complete-setup.ts'
import { sessionCookie } from './find-session.ts'
import type { Handlers } from './handlers.ts'
import { listAudit } from './list-audit.ts'
import { memberRows } from './members.ts'
import { readMe } from './read-me.ts'
import { removeMember } from './remove-member.ts'
import { clearSessionCookie, setSessionCookie } from './session-cookie.ts'
import { closeSession, openSession } from './sessions.ts'
import { signIn } from './sign-in.ts'
import { updateMe } from './update-me.ts'
import { updateMember } from './update-member.ts'

const done = { done: true } as const

export const accessHandlers: Handlers<typeof accessRoutes> = {
  readSetup: async ({ platform }) => readSetup(platform),
  completeSetup: async ({ platform, body, request, reply }) => {
    const { userId } = await completeSetup(platform, { ...body, ip: request.ip })
    const token = await openSession(platform, userId, origin(request))
    return greet(platform, { userId, token, request, reply })
  },
  signIn: async ({ platform, body, request, reply }) => {
    const { userId, token } = await signIn(platform, { ...body, ...origin(request) })
    return greet(platform, { userId, token, request, reply })
  },
  readSession: async ({ platform, user }) => readMe(platform, user.userId),
  signOut: async ({ platform, request, reply }) => {
    await closeSession(platform, request.cookies[sessionCookie] ?? '')
    clearSessionCookie(reply)
    return done
  },
  updateMe: async ({ platform, user, body, request }) => {
    await updateMe(platform, user, { ...body, token: request.cookies[sessionCookie] ?? '', ip: request.ip })
    return readMe(platform, user.userId)
  },

  listMembers: async ({ ctx }) => ({ items: await memberRows(ctx, ctx.platform.db) }),
  addMember: async ({ ctx, body }) => addMember(ctx, body),
  updateMember: async ({ ctx, params, body }) => updateMember(ctx, { userId: params.id, role: body.role }),
  removeMember: async ({ ctx, params }) => {
    await removeMember(ctx, params.id)
    return done
  },

  listApiKeys: async ({ ctx }) => ({ items: await listApiKeys(ctx) }),
  createApiKey: async ({ ctx, body }) => createApiKey(ctx, body),
  revokeApiKey: async ({ ctx, params }) => {
    await revokeApiKey(ctx, params.id)
    return done
  },

  listAudit: async ({ ctx, query }) => listAudit(ctx, query),
}

function origin(request: FastifyRequest): { ip: string; userAgent: string | null } {
  return { ip: request.ip, userAgent: request.headers['user-agent'] ?? null }
}

async function greet(platform: Platform, session: { userId: string; token: string; request: FastifyRequest; reply: FastifyReply }): Promise<Me> {
  setSessionCookie(platform, session)
  return readMe(platform, session.userId)
}
