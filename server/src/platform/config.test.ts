import { expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { AppError } from './errors.ts'

function problemsOf(environment: Record<string, string>): Record<string, string> {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof AppError) return Object.fromEntries(error.problems.map(({ at, zh, en }) => [at, `${zh} / ${en}`]))
  }
  return {}
}

test('has a default for everything', () => {
  const config = readConfig({})
  expect(config.http).toEqual({ host: '127.0.0.1', port: 3900, publicUrl: 'http://127.0.0.1:3900' })
  expect(config.dataDir.endsWith('.hongyan')).toBe(true)
  expect([...config.roles]).toEqual(['api', 'worker'])
  expect([config.postgres.url, config.warehouse.url, config.masterKey, config.owner]).toEqual([null, null, null, null])
})

test('reads every variable', () => {
  const config = readConfig({
    HONGYAN_DATA_DIR: '/srv/hongyan',
    HONGYAN_PORT: '80',
    HONGYAN_HOST: '::',
    DATABASE_URL: 'postgres://u:p@db/hongyan',
    CLICKHOUSE_URL: 'http://u:p@ch:8123/hongyan',
    HONGYAN_MASTER_KEY: 'ab'.repeat(32),
    HONGYAN_OWNER_EMAIL: 'Owner@Example.com',
    HONGYAN_OWNER_PASSWORD: 'correct horse',
    HONGYAN_ROLES: 'worker',
    HONGYAN_PUBLIC_URL: 'https://hongyan.example/',
    HONGYAN_LOG_LEVEL: 'DEBUG',
    HONGYAN_METRICS_TOKEN: 'm',
    HONGYAN_UPLOAD_MAX_GB: '0.5',
  })
  expect(config.masterKey).toEqual(Buffer.alloc(32, 0xab))
  expect(config).toMatchObject({
    dataDir: '/srv/hongyan',
    http: { host: '::', port: 80, publicUrl: 'https://hongyan.example' },
    postgres: { url: 'postgres://u:p@db/hongyan' },
    warehouse: { url: 'http://u:p@ch:8123/hongyan' },
    owner: { email: 'owner@example.com', password: 'correct horse' },
    log: { level: 'debug' },
    metrics: { token: 'm' },
    uploadBytesMax: 512 * 1024 ** 2,
  })
  expect([...config.roles]).toEqual(['worker'])
})

test('takes a key as base64, and an empty variable as not set', () => {
  const key = Buffer.alloc(32, 7)
  expect(readConfig({ HONGYAN_MASTER_KEY: key.toString('base64') }).masterKey).toEqual(key)
  expect(readConfig({ HONGYAN_PORT: '', HONGYAN_MASTER_KEY: ' ' }).http.port).toBe(3900)
})

test('reports all mistakes at once, each naming its variable in both languages', () => {
  const problems = problemsOf({
    HONGYAN_PORT: '70000',
    DATABASE_URL: 'mysql://x',
    CLICKHOUSE_URL: 'nowhere',
    HONGYAN_MASTER_KEY: 'short',
    HONGYAN_ROLES: 'api,boss',
    HONGYAN_OWNER_EMAIL: 'nobody',
    HONGYAN_OWNER_PASSWORD: 'short',
    HONGYAN_LOG_LEVEL: 'loud',
    HONGYAN_PUBLIC_URL: 'ftp://x',
  })
  const names = ['HONGYAN_PORT', 'DATABASE_URL', 'CLICKHOUSE_URL', 'HONGYAN_MASTER_KEY', 'HONGYAN_ROLES', 'HONGYAN_OWNER_EMAIL']
  expect(Object.keys(problems).toSorted()).toEqual([...names, 'HONGYAN_OWNER_PASSWORD', 'HONGYAN_LOG_LEVEL', 'HONGYAN_PUBLIC_URL'].toSorted())
  for (const [name, words] of Object.entries(problems)) {
    expect(words).toContain(name)
    expect(words).toMatch(/[一-鿿].* \/ .*must/)
  }
})

test('wants e-mail and password of the owner together', () => {
  expect(Object.keys(problemsOf({ HONGYAN_OWNER_EMAIL: 'a@example.com' }))).toEqual(['HONGYAN_OWNER_PASSWORD'])
  expect(Object.keys(problemsOf({ HONGYAN_OWNER_PASSWORD: 'correct horse' }))).toEqual(['HONGYAN_OWNER_EMAIL'])
})
