import type { FastifyReply } from 'fastify'

/** Aborts when the caller hangs up: whoever edits a rule asks anew with every change. */
export function whenGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort(new Error('The caller is gone'))
  })
  return gone.signal
}
