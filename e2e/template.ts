import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { inject } from 'vitest'
import { api } from '../contracts/api.ts'
import { signIn, type Session } from '../examples/demo/session.ts'

/** What a data directory is made from: as `npm start` leaves it after its first run, with the demo or without. */
type TemplateName = 'demo' | 'empty'

interface Running {
  url: string
  stop(): Promise<void>
}

const settleMsMax = 600_000

/**
 * Fills `dataDir` with a copy of the run's template, which the first who asks makes: `run` starts a server on a directory.
 * PostgreSQL's and the warehouse's files name no place, so that a copy is an installation of its own. Files that come while it is made wait for it.
 */
export async function copyTemplate(name: TemplateName, dataDir: string, run: (dataDir: string) => Promise<Running>): Promise<void> {
  const template = path.join(inject('templates'), name)
  while (!fs.existsSync(template)) {
    if (isFirst(template)) await makeTemplate(name, template, run).finally(() => fs.rmdirSync(makingOf(template)))
    else await new Promise((resolve) => setTimeout(resolve, 250))
  }
  execFileSync('cp', ['-a', `${template}/.`, dataDir])
}

const makingOf = (template: string): string => `${template}.making`

/** Whether nobody else makes it: a folder is made once, whoever tries. */
function isFirst(template: string): boolean {
  try {
    fs.mkdirSync(makingOf(template))
    return true
  } catch {
    return false
  }
}

async function makeTemplate(name: TemplateName, template: string, run: (dataDir: string) => Promise<Running>): Promise<void> {
  if (fs.existsSync(template)) return
  // Under another name until it is done: what a broken attempt leaves is nobody's template.
  const unfinished = fs.mkdtempSync(`${template}-`)
  const server = await run(unfinished)
  try {
    if (name === 'demo') await demoSettled(server.url, unfinished)
  } finally {
    await server.stop()
  }
  fs.renameSync(unfinished, template)
}

/** Waits until whatever the demo started in the background is done: copies begin quiet. */
async function demoSettled(baseUrl: string, dataDir: string): Promise<void> {
  const { state, workspaceId } = readJson<{ state: string; workspaceId: number }>(dataDir, 'demo.json')
  if (state !== 'loaded') throw new Error(`the demo is ${state}, not loaded`)
  const login = readJson<{ email: string; password: string }>(dataDir, 'first-login.json')
  const session = await signIn({ baseUrl, workspaceId, ...login, progress: () => {} })
  const endMs = performance.now() + settleMsMax
  for (;;) {
    const busy = await whatIsBusy(session)
    if (busy.length === 0) return
    if (performance.now() > endMs) throw new Error(`the demo does not settle: ${busy.join(', ')}`)
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

async function whatIsBusy({ client, workspaceId }: Session): Promise<string[]> {
  const params = { workspaceId }
  const inbox = await client.call(api.collect.readInbox, { params })
  const actions = await client.call(api.tags.listTagActions, { params })
  const models = await client.call(api.layers.listLayerModels, { params })
  const inventory = await client.call(api.catalogue.readInventory, { params })
  const search = await client.call(api.oneId.readSuggestionSearch, { params })
  const campaigns = await client.call(api.campaigns.listCampaigns, { params })
  const work: Record<string, boolean> = {
    inbox: inbox.waiting > 0,
    tags: actions.items.some(({ state }) => ['collecting', 'running', 'undoing'].includes(state)),
    layers: models.items.some(({ computing }) => computing),
    inventory: inventory.state === 'waiting' || inventory.state === 'running',
    duplicates: search.running,
    campaigns: campaigns.items.some(({ state }) => ['planning', 'running'].includes(state)),
  }
  return Object.keys(work).filter((name) => work[name])
}

function readJson<Value>(dataDir: string, name: string): Value {
  return JSON.parse(fs.readFileSync(path.join(dataDir, name), 'utf8')) as Value
}
