import { createClient, problemOf, routeUrl, type Client } from '../../contracts/client.ts'
import { type ImportOptions, type ImportTarget } from '../../contracts/import-setup.ts'
import { importRoutes, type Import } from '../../contracts/imports.ts'
import type { Context } from '../src/access/index.ts'
import { freePort } from './free-port.ts'
import { startTestKit, type TestKit } from './kit.ts'
import { cookiesOf } from './walk.ts'

/** The whole product as its users meet it: it listens, its background work runs and its clock goes. */
export interface LiveServer {
  kit: TestKit
  baseUrl: string
  /** A fresh workspace with its owner signed in. */
  workspace(options?: Parameters<TestKit['workspace']>[0]): Promise<LiveWorkspace>
  stop(): Promise<void>
}

/** A workspace by its routes only. */
export interface LiveWorkspace {
  ctx: Context
  params: { workspaceId: number }
  client: Client
  /** Sent with requests that the client has no words for. */
  headers: Record<string, string>
  upload(file: UploadFile): Promise<Import>
  /** Uploads, starts and waits until every row has arrived in both stores. */
  importFile(file: UploadFile & ImportAsk): Promise<Import>
}

interface UploadFile {
  content: string | Buffer
  target: ImportTarget
  fileName?: string
}

interface ImportAsk {
  /** Field by header; columns that are not named are left out. The suggested mapping when absent. */
  mapping?: Record<string, string>
  options?: ImportOptions
}

/** Starts it at `now`, from where the clock goes on at its usual speed. */
export async function startLiveServer(options: { now?: string } = {}): Promise<LiveServer> {
  const port = await freePort()
  const baseUrl = `http://127.0.0.1:${port}`
  const kit = await startTestKit({ ...options, environment: { HONGYAN_PUBLIC_URL: baseUrl } })
  const app = await kit.http()
  await app.listen({ host: '127.0.0.1', port })
  await kit.platform.jobs.start()
  const stopClock = runClock(kit)
  return {
    kit,
    baseUrl,
    workspace: async (workspaceOptions) => liveWorkspace(baseUrl, await kit.workspace(workspaceOptions)),
    async stop() {
      stopClock()
      await kit.stop()
    },
  }
}

/** Asks until the answer is enough, and gives it; fails with the last answer when that takes too long. */
export async function until<Value>(ask: () => Promise<Value>, isEnough: (value: Value) => boolean, timeoutMs = 180_000): Promise<Value> {
  const endMs = performance.now() + timeoutMs
  for (;;) {
    const value = await ask()
    if (isEnough(value)) return value
    if (performance.now() > endMs) throw new Error(`not within ${timeoutMs} ms: ${isEnough.toString()}\nthe last answer: ${JSON.stringify(value, null, 1)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function runClock({ clock }: TestKit): () => void {
  let lastMs = performance.now()
  const timer = setInterval(() => {
    const nowMs = performance.now()
    clock.advance(nowMs - lastMs)
    lastMs = nowMs
  }, 20)
  return () => clearInterval(timer)
}

async function liveWorkspace(baseUrl: string, ctx: Context): Promise<LiveWorkspace> {
  const { cookies } = await cookiesOf(ctx)
  const headers = {
    cookie: Object.entries(cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join('; '),
  }
  const client = createClient({ baseUrl, headers })
  const params = { workspaceId: ctx.workspaceId }

  async function upload({ content, target, fileName = 'file.csv' }: UploadFile): Promise<Import> {
    const form = new FormData()
    form.append('file', new Blob([new Uint8Array(Buffer.from(content))]), fileName)
    const answer = await fetch(baseUrl + routeUrl(importRoutes.uploadImport, params, { target }), { method: 'POST', headers, body: form })
    if (!answer.ok) throw await problemOf(answer)
    return (await answer.json()) as Import
  }

  async function importFile({ mapping: fields, options = {}, ...file }: UploadFile & ImportAsk): Promise<Import> {
    const { id, columns } = await upload(file)
    const mapping = columns.map((column) => (fields ? (fields[column.header] ?? '') : column.suggestion))
    await client.call(importRoutes.startImport, { params: { ...params, id }, body: { target: file.target, mapping, options } })
    return until(
      () => client.call(importRoutes.readImport, { params: { ...params, id } }),
      ({ state }) => state !== 'running',
      600_000,
    )
  }

  return { ctx, params, client, headers, upload, importFile }
}
