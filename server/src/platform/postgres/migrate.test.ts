import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { cloneDatabase } from '../../../test/kit.ts'
import { createLog } from '../log.ts'
import { connect, type Connection } from './connect.ts'
import { migrate } from './migrate.ts'

const log = createLog({ level: 'fatal' })
let connection: Connection
let folder: string

beforeAll(async () => {
  const address = await cloneDatabase()
  connection = connect(address, { log, connectionsMax: 12 })
})
afterAll(() => connection.close())

beforeEach(async () => {
  await connection.pool.query('drop schema if exists public cascade')
  await connection.pool.query('create schema public')
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hongyan-migrations-'))
  write('202601010000-first.sql', 'create table first (id integer primary key); insert into first values (1);')
  write('202601020000-second.sql', 'alter table first add column name text; create table second (id integer);')
  return () => fs.rmSync(folder, { recursive: true })
})

function write(name: string, text: string): void {
  fs.writeFileSync(path.join(folder, name), text)
}

test('makes the whole schema of the product from nothing, and nothing the second time', async () => {
  const files = fs.readdirSync(path.join(import.meta.dirname, '../../../migrations/postgres')).filter((name) => name.endsWith('.sql'))
  expect(await migrate(connection.pool)).toEqual(files.map((name) => path.basename(name, '.sql')).toSorted())
  expect(await migrate(connection.pool)).toEqual([])
})

test('applies each file once when ten processes start together', async () => {
  const applied = await Promise.all(Array.from({ length: 10 }, () => migrate(connection.pool, folder)))
  expect(applied.flat()).toEqual(['202601010000-first', '202601020000-second'])
  const { rows } = await connection.pool.query('select count(*) as count from first')
  expect(rows).toEqual([{ count: 1 }])
})

test('goes on where an older version stopped', async () => {
  await migrate(connection.pool, folder)
  write('202601030000-third.sql', 'create table third (id integer)')
  expect(await migrate(connection.pool, folder)).toEqual(['202601030000-third'])
})

test('refuses a database that is newer than the program, and says so', async () => {
  await migrate(connection.pool, folder)
  fs.rmSync(path.join(folder, '202601020000-second.sql'))
  await expect(migrate(connection.pool, folder)).rejects.toThrow('newer than this program (unknown migrations 202601020000-second)')
})

test('refuses a file that was changed after it was applied', async () => {
  await migrate(connection.pool, folder)
  write('202601010000-first.sql', 'create table other (id integer)')
  await expect(migrate(connection.pool, folder)).rejects.toThrow('have been changed: 202601010000-first')
})

test('undoes a file that fails in the middle, keeps those before it, and gives the lock back', async () => {
  write('202601030000-broken.sql', 'create table third (id integer); select 1 / 0;')
  await expect(migrate(connection.pool, folder)).rejects.toThrow('The migration 202601030000-broken failed')
  const { rows } = await connection.pool.query(`select to_regclass('second') as second, to_regclass('third') as third`)
  expect(rows).toEqual([{ second: 'second', third: null }])
  write('202601030000-broken.sql', 'create table third (id integer)')
  expect(await migrate(connection.pool, folder)).toEqual(['202601030000-broken'])
})
