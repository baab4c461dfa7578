// npm run -s bench -- NAME [--size small|full] [--rows N] [--events N] [--parts A,B] [--segments N]: runs one bench and prints, as its last line, one JSON object.
// Rows are those imported, or people of a data set, whose events may be told too; parts are the import's, segments those that are refreshed.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const folder = new URL('.', import.meta.url)
const names = fs
  .readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  .map((file) => file.slice(0, -3))
  .toSorted()

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: 'small' },
    rows: { type: 'string' },
    events: { type: 'string' },
    parts: { type: 'string' },
    segments: { type: 'string' },
  },
})
const [name] = positionals
if (name === undefined || !names.includes(name) || (values.size !== 'small' && values.size !== 'full')) {
  console.error(`npm run -s bench -- NAME [--size small|full] [--rows N] [--events N] [--parts A,B] [--segments N]\nNAME: ${names.join(', ')}`)
  process.exit(2)
}

// In a process of its own: the embedded warehouse runs on libuv's pool, whose size is read once, before its first use.
const child = spawn(
  process.execPath,
  ['--max-semi-space-size=64', '--no-parallel-scavenge', '--import', 'tsx', fileURLToPath(new URL('support/main.ts', folder)), name, values.size],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      UV_THREADPOOL_SIZE: process.env['UV_THREADPOOL_SIZE'] ?? '16',
      ...(values.rows && { BENCH_ROWS: values.rows }),
      ...(values.events && { BENCH_EVENTS: values.events }),
      ...(values.parts && { BENCH_PARTS: values.parts }),
      ...(values.segments && { BENCH_SEGMENTS: values.segments }),
    },
  },
)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
