import { spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createClient, type Client } from '../../../contracts/client.ts'
import { collectRoutes } from '../../../contracts/collect.ts'
import { projectPath } from '../../src/platform/project-root.ts'
import { readPostmasterFile } from '../../src/platform/postgres/postmaster-file.ts'
import { freePort } from '../free-port.ts'
import { until } from '../live-server.ts'

const owner = { HONGYAN_OWNER_EMAIL: 'owner@example.com', HONGYAN_OWNER_PASSWORD: 'correct horse' }

/** The whole product as a process of its own on one port, which can be killed and started again over its data. */
export class ProductProcess {
  readonly dataDir: string
  readonly url: string
  readonly #port: number
  #child: ChildProcess | null = null
  #output = ''

  private constructor(dataDir: string, port: number) {
    this.dataDir = dataDir
    this.#port = port
    this.url = `http://127.0.0.1:${port}`
  }

  /** On a data directory of its own, or on one that the test made. */
  static async start(dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'hongyan-faults-'))): Promise<ProductProcess> {
    fs.chmodSync(dataDir, 0o755)
    const product = new ProductProcess(dataDir, await freePort())
    await product.startAgain()
    return product
  }

  /** Everything it has printed. */
  get output(): string {
    return this.#output
  }

  async startAgain(): Promise<void> {
    const env = { ...process.env, ...owner, HONGYAN_DATA_DIR: this.dataDir, HONGYAN_PORT: String(this.#port), HONGYAN_LOG_LEVEL: 'warn' }
    const child = spawn(process.execPath, ['--import', 'tsx', 'server/src/main.ts', '--empty'], { cwd: projectPath(), env, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (this.#output += bytes.toString()))
    this.#child = child
    await until(
      async () => {
        if (child.exitCode !== null) throw new Error(`the product ended with ${child.exitCode}:\n${this.#output}`)
        return fetch(`${this.url}/readyz`).then(
          (answer) => answer.ok,
          () => false,
        )
      },
      Boolean,
      180_000,
    )
  }

  /** Ends it as the kernel would, without a word. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Process id of its database; null while none runs. */
  postgresPid(): number | null {
    return readPostmasterFile(path.join(this.dataDir, 'postgres'))?.pid ?? null
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
    fs.rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 20 })
  }

  /** The owner's client, and a source to send with. */
  async signIn(): Promise<{ client: Client; writeKey: string; workspaceId: number }> {
    const answer = await fetch(`${this.url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.url },
      body: JSON.stringify({ email: owner.HONGYAN_OWNER_EMAIL, password: owner.HONGYAN_OWNER_PASSWORD }),
    })
    const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    const client = createClient({ baseUrl: this.url, headers: { cookie, origin: this.url } })
    const workspaceId = 1
    const { writeKey } = await client.call(collectRoutes.createSource, { params: { workspaceId }, body: { name: '商城' } })
    return { client, writeKey, workspaceId }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }
}
