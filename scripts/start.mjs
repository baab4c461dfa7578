// npm start [-- --empty]: installs and builds what has changed since the last time, then runs the product.
// Plain Node without dependencies: on a clean checkout nothing else is there yet.
import { spawn } from 'node:child_process'
import { requireNode, say } from './tools/console.mjs'
import { installIfNeeded } from './tools/install.mjs'
import { buildIfNeeded } from './tools/build.mjs'
import { projectPath } from './tools/project.mjs'

requireNode(20, 19)
say('鸿雁 Hongyan')
await installIfNeeded()
await buildIfNeeded()
runServer(process.argv.slice(2))

/**
 * The size of libuv's thread pool must stand in the environment before a process starts: the embedded warehouse runs on it. Young objects
 * get room for a batch of the inbox: with less, half-done batches are moved to the old ones, which costs a tenth of an import's time. One
 * thread collects them: where all cores are busy, several wait for each other and an eighth of the work is for nothing.
 */
function runServer(flags) {
  const environment = { ...process.env, UV_THREADPOOL_SIZE: String(Math.max(16, Number(process.env.UV_THREADPOOL_SIZE) || 0)) }
  const server = spawn(
    process.execPath,
    ['--enable-source-maps', '--max-semi-space-size=64', '--no-parallel-scavenge', projectPath('dist', 'server', 'src', 'main.js'), ...flags],
    {
      env: environment,
      // The channel tells the server when this process is killed and cannot pass on signals any more.
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    },
  )
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal))
  server.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
}
