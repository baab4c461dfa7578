import { z } from 'zod'
import { api } from '../../contracts/api.ts'
import { createClient, type Client } from '../../contracts/client.ts'
import { startSandboxNetwork, type SandboxNetwork } from './channels/index.ts'
import { dataFile } from './data-file.ts'
import { firstLoginFile } from './first-run.ts'
import { errorMessage } from './platform/errors.ts'
import type { Platform } from './platform/platform.ts'

interface DemoInput {
  baseUrl: string
  email: string
  password: string
  workspaceId: number
  sandboxUrl?: string
  progress(text: string): void
}

interface Options {
  /** Where this server listens. */
  baseUrl: string
  loadDemo(input: DemoInput): Promise<void>
  onStep(words: { zh: string; en: string }): void
  onProgress(text: string): void
}

const DemoState = z.object({
  state: z.enum(['wanted', 'loading', 'loaded']),
  workspaceId: z.int().nullable(),
  /** Of the data source by which the sandbox's shop reports what its customers order. */
  writeKey: z.string().nullable(),
  /** Where the sandbox network listens; the account of the demo leads there. */
  sandboxPort: z.int().nullable().default(null),
})
type DemoState = z.infer<typeof DemoState>

const seed = 1
/** What the sandbox's shop does: roughly what SMS campaigns of shops reach. */
const shop = { orderShare: 0.03, orderSeconds: [20, 900], totalYuan: [39, 480] } as const

const stateFile = (platform: Platform) => dataFile(platform.config.dataDir, 'demo.json', DemoState)

/** Remembers that this installation gets the demo. */
export async function wantDemo(platform: Platform): Promise<void> {
  await stateFile(platform).write({ state: 'wanted', workspaceId: null, writeKey: null, sandboxPort: null })
}

/**
 * Brings the demo up when this installation has one: loads its workspace unless that is done, and runs the sandbox network,
 * an SMS network with a shop's customers behind it. A product whose demo fails is still a product: that is reported, not thrown.
 */
export async function startDemo(platform: Platform, options: Options): Promise<{ stop(): Promise<void> }> {
  const state = await stateFile(platform).read()
  if (!state) return { stop: async () => {} }
  let sandbox: SandboxNetwork | null = null
  try {
    const prepared = state.state === 'loaded' ? state : await prepareWorkspace(platform, state, options)
    sandbox = await startSandbox(platform, prepared, options)
    if (prepared.state !== 'loaded') await load(platform, { state: prepared, sandboxUrl: sandbox.url }, options)
  } catch (error) {
    platform.log.error({ error }, 'the demo is not complete')
    options.onStep({
      zh: `演示数据未能载入：${errorMessage(error)}（下次启动会重试）`,
      en: `The demo could not be loaded: ${errorMessage(error)} (the next start tries again)`,
    })
  }
  return { stop: async () => sandbox?.stop() }
}

/** An attempt that was broken off left a workspace half full: the next one begins in a new workspace. */
async function prepareWorkspace(platform: Platform, state: DemoState, { baseUrl, onStep }: Options): Promise<DemoState> {
  onStep({ zh: '载入演示工作区（约一分钟）', en: 'Loading the demo workspace (about a minute)' })
  const login = await demoLogin(platform)
  const client = await signIn(baseUrl, login)
  const { workspaces } = await client.call(api.access.readSession)
  const name = `鸿雁演示商城 ${workspaces.length + 1}`
  const isFirst = state.state === 'wanted' && workspaces[0] !== undefined
  const workspace = isFirst ? workspaces[0]! : await client.call(api.workspaces.createWorkspace, { body: { name } })
  const prepared: DemoState = { state: 'loading', workspaceId: workspace.workspaceId, writeKey: null, sandboxPort: null }
  await stateFile(platform).write(prepared)
  const source = await client.call(api.collect.createSource, { params: { workspaceId: workspace.workspaceId }, body: { name: '演示商城' } })
  return { ...prepared, writeKey: source.writeKey }
}

/** On the port beside ours, or where it has listened before; a new demo takes any other when somebody else listens there. */
async function startSandbox(platform: Platform, { state, writeKey, sandboxPort }: DemoState, { baseUrl }: Options): Promise<SandboxNetwork> {
  const { port } = platform.config.http
  const start = (at: number) => startSandboxNetwork({ port: at, seed, ...(writeKey === null ? {} : { shop: { ...shop, collectUrl: baseUrl, writeKey } }) })
  try {
    // Whoever asks for any port (tests) gets any port for the network, too.
    return await start(port === 0 ? 0 : (sandboxPort ?? port + 1))
  } catch (error) {
    if (state === 'loaded' || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    return await start(0)
  }
}

async function load(
  platform: Platform,
  { state, sandboxUrl }: { state: DemoState; sandboxUrl: string },
  { baseUrl, loadDemo, onProgress }: Options,
): Promise<void> {
  const { workspaceId } = state
  if (workspaceId === null) throw new Error('The demo has no workspace')
  await loadDemo({ baseUrl, sandboxUrl, workspaceId, ...(await demoLogin(platform)), progress: onProgress })
  await stateFile(platform).write({ ...state, state: 'loaded', sandboxPort: Number(new URL(sandboxUrl).port) })
}

async function demoLogin(platform: Platform): Promise<{ email: string; password: string }> {
  const kept = await firstLoginFile(platform).read()
  const login = kept?.password ? kept : platform.config.owner
  if (!login) throw new Error('The first login is not known any more')
  return login
}

async function signIn(baseUrl: string, body: { email: string; password: string }): Promise<Client> {
  let cookie = ''
  const client = createClient({
    baseUrl,
    headers: () => ({ origin: baseUrl, cookie }),
    fetch: async (url, options) => {
      const answer = await fetch(url, options)
      const cookies = answer.headers.getSetCookie().map((each) => each.split(';')[0])
      if (cookies.length > 0) cookie = cookies.join('; ')
      return answer
    },
  })
  await client.call(api.access.signIn, { body })
  return client
}
