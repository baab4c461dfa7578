import type { FastifyReply, FastifyRequest } from 'fastify'
import type { connectorRoutes } from '../../../contracts/connectors.ts'
import type { Handlers, HookConnector } from '../access/index.ts'
import { AppError } from '../platform/errors.ts'
import type { Platform } from '../platform/platform.ts'
import { requireConnector } from './connector-row.ts'
import { listConnectors, readConnector } from './list-connectors.ts'
import { uploadLog } from './logs/upload-log.ts'
import { presets } from './presets/index.ts'
import { listRuns } from './pulls/run-row.ts'
import { cancelRun, startRun } from './pulls/start-run.ts'
import { tryPull } from './pulls/try-pull.ts'
import { createConnector, deleteConnector, renewConnectorUrl, updateConnector } from './save-connector.ts'
import { listDeliveries, revealDelivery } from './webhooks/deliveries.ts'
import { receiveHook } from './webhooks/receive-hook.ts'
import { replayDeliveries } from './webhooks/replay-deliveries.ts'
import { tryConnector } from './webhooks/try-connector.ts'

export const connectorsHandlers: Handlers<typeof connectorRoutes> = {
  receiveHook: (call) => receive(call, ''),
  receiveHookBelow: (call) => receive(call, `${call.params.section}/${call.params.topic}`),

  listConnectorPresets: async () => ({ items: [...presets] }),
  listConnectors: async ({ ctx, query }) => listConnectors(ctx, query),
  createConnector: async ({ ctx, body }) => createConnector(ctx, body),
  tryConnector: async ({ ctx, body }) => tryConnector(ctx, body),
  tryPull: async ({ ctx, body }) => tryPull(ctx, body),
  readConnector: async ({ ctx, params }) => readConnector(ctx, params.id),
  updateConnector: async ({ ctx, params, body }) => updateConnector(ctx, params.id, body),
  deleteConnector: async ({ ctx, params }) => {
    await deleteConnector(ctx, params.id)
    return { done: true }
  },
  renewConnectorUrl: async ({ ctx, params }) => renewConnectorUrl(ctx, params.id),
  listDeliveries: async ({ ctx, params, query }) => listDeliveries(ctx, params.id, query),
  revealDelivery: async ({ ctx, params }) => revealDelivery(ctx, params.id, params.deliveryId),
  replayDeliveries: async ({ ctx, params, body }) => replayDeliveries(ctx, params.id, body),
  listRuns: async ({ ctx, params, query }) => listRuns(ctx, params.id, query),
  startRun: async ({ ctx, params }) => startRun(ctx, params.id),
  cancelRun: async ({ ctx, params }) => cancelRun(ctx, params.id),
  uploadLog: async ({ ctx, params, request }) => {
    await requireConnector(ctx.platform.db, ctx.workspaceId, params.id)
    const file = await request.file()
    if (!file) throw new AppError('validation', { zh: '没有收到文件，请用表单字段 file 上传', en: 'There is no file; send it as form field `file`' })
    return uploadLog(ctx, params.id, { fileName: file.filename, content: file.file })
  },
}

interface HookCall {
  platform: Platform
  hook: HookConnector
  rawBody: Buffer
  request: FastifyRequest
  reply: FastifyReply
}

/** The answer is what the sender expects to read, to the byte. */
async function receive({ platform, hook, rawBody, request, reply }: HookCall, path: string): Promise<null> {
  const headers = Object.fromEntries(Object.entries(request.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])))
  const query = request.url.includes('?') ? request.url.slice(request.url.indexOf('?') + 1) : ''
  const { acknowledgement } = await receiveHook(platform, hook, { headers, query, path, body: rawBody, address: request.ip })
  const isJson = /^\s*[[{"]/.test(acknowledgement)
  void reply.type(isJson ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8').send(acknowledgement)
  return null
}
