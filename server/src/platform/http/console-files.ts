import fs from 'node:fs'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../errors.ts'

const pageSuffix = 'index.html'
/** Addresses that are never a page of the console: a miss there is a problem, not the start page. */
const notPages = /^\/(api|v1|callbacks|healthz|readyz|metrics|assets)(\/|$)/

/**
 * Serves the built console: hashed assets for ever, compressed when the build left `.br` or `.gz` beside them;
 * any other address that a browser asks for a page gets the start page, whose router goes on from there.
 */
export async function serveConsole(app: FastifyInstance, directory: string): Promise<void> {
  const startPage = path.join(directory, pageSuffix)
  if (fs.existsSync(startPage)) {
    await app.register(fastifyStatic, {
      root: directory,
      wildcard: true,
      index: pageSuffix,
      preCompressed: true,
      cacheControl: false,
      setHeaders: (response, file) => {
        const isHashed = path.relative(directory, file).startsWith(`assets${path.sep}`)
        void response.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
  }
  app.setNotFoundHandler(async (request, reply) => {
    const isPage =
      (request.method === 'GET' || request.method === 'HEAD') &&
      !notPages.test(request.url.split('?')[0] ?? '') &&
      (request.headers.accept ?? '').includes('text/html')
    if (!isPage) throw new AppError('not-found', { zh: '没有这个地址', en: 'There is nothing at this address' })
    if (!fs.existsSync(startPage))
      throw new AppError('unavailable', { zh: '控制台尚未构建，请运行 npm run build', en: 'The console is not built; run npm run build' })
    return reply.sendFile(pageSuffix)
  })
}
