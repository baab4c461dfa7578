import { defineConfig } from 'vitest/config'
import { RunReport } from './scripts/tools/run-report.ts'
import { SlowFirst } from './scripts/tools/slow-first.ts'

// The embedded warehouse works on libuv's pool, whose size a process reads once, before its first use: the forks inherit it.
process.env['UV_THREADPOOL_SIZE'] ??= '16'

// Settings that somebody made for the product on this machine, its databases above all, are not the tests'.
for (const name of Object.keys(process.env)) {
  if (/^(?:HONGYAN_(?!TEST_|LOG_LEVEL$)|DATABASE_URL$|CLICKHOUSE_URL$)/.test(name)) delete process.env[name]
}

const runReport = process.env['HONGYAN_TEST_REPORT']

const shared = {
  // The embedded warehouse crashes in worker threads.
  pool: 'forks',
  // Ceilings for what hangs, on a machine that may be busy: nothing waits for them.
  testTimeout: 900_000,
  hookTimeout: 900_000,
  expect: { poll: { timeout: 180_000, interval: 50 } },
  teardownTimeout: 120_000,
} as const

export default defineConfig({
  test: {
    maxWorkers: 2,
    // `npm test` says where to write what it shows at its end.
    reporters: ['default', ...(runReport === undefined ? [] : [new RunReport(runReport)])],
    sequence: { sequencer: SlowFirst },
    projects: [
      {
        test: {
          ...shared,
          name: 'product',
          include: ['{contracts,server,console,examples,scripts}/**/*.test.{ts,tsx}'],
          setupFiles: ['server/test/fixed-chance.ts'],
          globalSetup: ['server/test/global-setup.ts'],
        },
      },
      {
        test: {
          ...shared,
          name: 'e2e',
          include: ['e2e/**/*.e2e.ts'],
          globalSetup: ['e2e/global-setup.ts'],
          // The first file that wants the demo makes it.
          hookTimeout: 1_200_000,
        },
      },
    ],
  },
})
