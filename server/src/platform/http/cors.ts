import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

const preflightKeptSeconds = 86_400

/**
 * Lets a page of any origin read this answer, an error's too (Fetch standard, CORS protocol). The origin is repeated instead of `*` because
 * beacons come with credentials; nothing here looks at a cookie, and no answer holds anything about anybody.
 */
export function allowAnyOrigin(request: FastifyRequest, reply: FastifyReply): void {
  const { origin } = request.headers
  if (origin !== undefined) {
    void reply.header('access-control-allow-origin', origin).header('access-control-allow-credentials', 'true').header('vary', 'Origin')
    void reply.header('access-control-expose-headers', 'Retry-After')
  }
  // An image of another site is not shown, and reported as failed, without this.
  void reply.header('cross-origin-resource-policy', 'cross-origin')
}

/** Answers the question that browsers ask before a request that a plain form could not make. Once per path, however many methods it has. */
export function answerPreflight(app: FastifyInstance, path: string): void {
  if (app.hasRoute({ method: 'OPTIONS', url: path })) return
  app.options(path, { onRequest: async (request, reply) => allowAnyOrigin(request, reply) }, async (request, reply) => {
    const asked = request.headers['access-control-request-headers']
    void reply.header('access-control-allow-methods', 'GET, POST').header('access-control-max-age', preflightKeptSeconds)
    if (asked !== undefined) void reply.header('access-control-allow-headers', asked)
    return reply.code(204).send()
  })
}
