import fs from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { pino, type DestinationStream } from 'pino'
import { loadDemo } from '../../examples/demo/index.ts'
import { assemble, type App } from './app.ts'
import { startDemo, wantDemo } from './demo.ts'
import { createFirstOwner, firstLoginFile, type FirstLogin } from './first-run.ts'
import { readConfig, type Config } from './platform/config.ts'
import { createPlatform, type StartedPlatform } from './platform/create-platform.ts'
import { AppError, errorMessage } from './platform/errors.ts'
import { createLog, type Log } from './platform/log.ts'
import type { Platform } from './platform/platform.ts'
import { onStopSignal } from './stop-signals.ts'
import { terminal } from './terminal.ts'

const logBytesMax = 50_000_000

interface Running {
  started?: StartedPlatform
  app?: App
  demo?: { stop(): Promise<void> }
}

const { values: flags } = parseArgs({ options: { empty: { type: 'boolean', default: false } }, strict: false })

await main().catch((error: unknown) => {
  explain(error)
  process.exit(1)
})

/** Reads the settings, starts the parts, says where they are, and stops them when told. */
async function main(): Promise<void> {
  const startedMs = performance.now()
  const config = readConfig()
  const log = createLog(config.log, await logDestination(config))
  const running: Running = {}
  onStopSignal(() => stop(running, log))
  running.started = await createPlatform(config, { log, onProgress: terminal.step })
  const { platform } = running.started
  running.app = await assemble(platform)
  endOnBrokenInvariant(running, log)
  const login = await createFirstOwner(platform, { withDemo: flags['empty'] !== true })
  if (login && flags['empty'] !== true) await wantDemo(platform)
  const addresses = await listen(running.app, config)
  await running.app.start()
  if (addresses && config.roles.has('worker')) {
    running.demo = await startDemo(platform, { baseUrl: addresses.local, loadDemo, onStep: terminal.step, onProgress: terminal.progress })
    terminal.endProgress()
  }
  announce(platform, { url: addresses?.shown ?? null, login, tookMs: performance.now() - startedMs })
}

/** A person at a terminal reads progress there and the log in a file; a service's log goes to standard error. */
async function logDestination({ dataDir }: Config): Promise<DestinationStream> {
  if (!process.stderr.isTTY) return pino.destination({ fd: 2, sync: true })
  await fs.mkdir(dataDir, { recursive: true })
  const file = path.join(dataDir, 'hongyan.log')
  const { size } = await fs.stat(file).catch(() => ({ size: 0 }))
  if (size > logBytesMax) await fs.rename(file, `${file}.1`)
  return pino.destination({ dest: file, sync: true })
}

/** Where people reach this server, and where it reaches itself; null without the role. */
async function listen(app: App, { http, roles }: Config): Promise<{ shown: string; local: string } | null> {
  if (!roles.has('api')) return null
  try {
    const local = await app.http.listen({ host: http.host, port: http.port })
    return { local, shown: http.port === 0 ? local : http.publicUrl }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new AppError('precondition', {
      zh: `端口 ${http.port} 已被占用：请停止占用它的程序，或设置 HONGYAN_PORT`,
      en: `Port ${http.port} is in use; stop what uses it, or set HONGYAN_PORT`,
      cause: error,
    })
  }
}

function announce(platform: Platform, { url, login, tookMs }: { url: string | null; login: FirstLogin | null; tookMs: number }): void {
  const seconds = (tookMs / 1_000).toFixed(1)
  terminal.lines('', `  鸿雁已就绪（${seconds} 秒）/ Hongyan is ready`, '')
  if (url !== null) terminal.lines(`    ${url}`)
  if (url !== null && login?.password) {
    terminal.lines(`    首次登录 / First login: ${login.email}  ${login.password}`, `    （保存在 / kept in ${firstLoginFile(platform).path}）`)
  }
  terminal.lines('', '  按 Ctrl-C 停止 / Ctrl-C stops', '')
}

/** No new requests, the ones in hand answered, background work finished, stores closed. */
async function stop({ started, app, demo }: Running, log: Log): Promise<number> {
  terminal.lines('', '  正在停止… / Stopping…')
  const failures: unknown[] = []
  const attempt = (part: (() => Promise<void>) | undefined) => part?.().catch((error: unknown) => failures.push(error))
  await attempt(demo && (() => demo.stop()))
  await attempt(app && (() => app.stop()))
  await attempt(started && (() => started.close()))
  for (const error of failures) log.error({ error }, 'stopping did not go cleanly')
  terminal.lines('  已停止 / Stopped')
  return failures.length === 0 ? 0 : 1
}

/** An error that nobody expected leaves the process in a state nobody knows: it ends, and what was in hand is found by the next start. */
function endOnBrokenInvariant(running: Running, log: Log): void {
  let isEnding = false
  const end = (thrown: unknown): void => {
    log.fatal({ error: thrown }, 'an error that nobody expected')
    if (isEnding) return
    isEnding = true
    stop(running, log).then(
      () => process.exit(1),
      () => process.exit(1),
    )
  }
  process.on('uncaughtException', end)
  process.on('unhandledRejection', end)
}

function explain(error: unknown): void {
  if (!(error instanceof AppError))
    return terminal.failure({ zh: `启动失败：${errorMessage(error)}`, en: `The start failed: ${errorMessage(error)}` }, causes(error))
  terminal.failure(
    error,
    error.problems.map(({ zh, en }) => `${zh} / ${en}`),
  )
}

function causes(error: unknown): string[] {
  return error instanceof Error && error.cause !== undefined ? [errorMessage(error.cause), ...causes(error.cause)] : []
}
