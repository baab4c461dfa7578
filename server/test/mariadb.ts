import { spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { freePort } from './free-port.ts'

export interface MariaDb {
  port: number
  /** Runs statements one after the other as administrator, in the database `shop`. */
  run(...statements: string[]): Promise<void>
  stop(): Promise<void>
}

const program = process.env['HONGYAN_TEST_MARIADB'] ?? '/usr/sbin/mariadbd'
const tables = '/usr/share/mysql'
const small = ['--innodb-buffer-pool-size=16M', '--innodb-log-file-size=8M', '--innodb-flush-log-at-trx-commit=0', '--performance-schema=OFF']
export const reader = { user: 'reader', password: 'read only please' }

/** A MariaDB with the database `shop` and somebody who may only read it, in a temporary folder. */
export async function startMariaDb(): Promise<MariaDb> {
  if (!fs.existsSync(program)) throw new Error('This test needs MariaDB: install mariadb-server-core, or name mariadbd in HONGYAN_TEST_MARIADB')
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hongyan-mariadb-'))
  const data = path.join(folder, 'data')
  fs.mkdirSync(path.join(data, 'mysql'), { recursive: true })
  const common = ['--no-defaults', `--datadir=${data}`, ...(process.getuid?.() === 0 ? ['--user=root'] : []), ...small]
  const read = (name: string) => fs.readFileSync(path.join(tables, name), 'utf8')
  const input = `use mysql;\n${read('mysql_system_tables.sql')}\n${read('mysql_system_tables_data.sql')}`
  const made = spawnSync(program, [...common, '--bootstrap'], { input, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`MariaDB was not made: ${made.stderr.slice(-2000)}`)
  const init = path.join(folder, 'init.sql')
  fs.writeFileSync(
    init,
    [
      'create database shop character set utf8mb4;',
      `create user '${reader.user}'@'%' identified by '${reader.password}';`,
      `grant select on shop.* to '${reader.user}'@'%';`,
      "create user 'administrator'@'127.0.0.1' identified by 'administrator';",
      "grant all on *.* to 'administrator'@'127.0.0.1';",
      '',
    ].join('\n'),
  )
  const port = await freePort()
  const log = fs.openSync(path.join(folder, 'log'), 'w')
  const server = spawn(
    program,
    [...common, `--port=${port}`, '--bind-address=127.0.0.1', `--socket=${folder}/socket`, '--skip-name-resolve', `--init-file=${init}`],
    {
      stdio: ['ignore', log, log],
    },
  )
  const administrate = await connectAs(port, path.join(folder, 'log'))
  return {
    port,
    run: async (...statements) => {
      for (const statement of statements) await administrate.query(statement)
    },
    async stop() {
      await administrate.end()
      const ended = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGKILL')
      await ended
      fs.closeSync(log)
      fs.rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function connectAs(port: number, log: string) {
  const { createConnection } = await import('mysql2/promise')
  const deadline = performance.now() + 180_000
  for (;;) {
    try {
      return await createConnection({ host: '127.0.0.1', port, user: 'administrator', password: 'administrator', database: 'shop' })
    } catch (error) {
      if (performance.now() > deadline) throw new Error(`MariaDB did not start: ${fs.readFileSync(log, 'utf8').slice(-2000)}`, { cause: error })
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
