import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import { createVaults } from './create-vaults.ts'
import { loadMasterKey } from './master-key.ts'
import { workspaceVault } from './workspace-vault.ts'

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit()
})
afterAll(() => kit.stop())

const vault = workspaceVault(1, randomBytes(32))

test('opens what it sealed', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => vault.open(vault.seal(text)) === text.toWellFormed()))
  fc.assert(fc.property(fc.uint8Array(), (bytes) => vault.openBytes(vault.sealBytes(Buffer.from(bytes))).equals(bytes)))
})

test('seals equal values differently', () => {
  const sealed = new Set(Array.from({ length: 5_000 }, () => vault.seal('13800001234').toString('base64')))
  expect(sealed.size).toBe(5_000)
})

test('refuses any change of the sealed bytes', () => {
  const sealed = vault.seal('13800001234')
  for (let index = 0; index < sealed.length; index++) {
    const changed = Buffer.from(sealed)
    changed[index] = (changed[index] ?? 0) ^ 1
    expect(() => vault.open(changed), `byte ${index}`).toThrow('Sealed data was changed')
  }
  expect(() => vault.open(sealed.subarray(0, 20))).toThrow('Sealed data was changed')
  expect(() => vault.open(Buffer.alloc(0))).toThrow('Sealed data was changed')
})

test('refuses what another workspace sealed, even under the same data key', () => {
  const dataKey = randomBytes(32)
  const sealed = workspaceVault(1, dataKey).seal('13800001234')
  expect(() => workspaceVault(2, dataKey).open(sealed)).toThrow('belongs to another workspace')
})

test('gives equal values equal keys that differ by namespace and workspace', () => {
  const key = vault.blindIndex('phone', '+8613800001234')
  expect(key).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  expect(vault.blindIndex('phone', '+8613800001234')).toBe(key)
  expect(vault.blindIndex('userId', '+8613800001234')).not.toBe(key)
  expect(workspaceVault(1, randomBytes(32)).blindIndex('phone', '+8613800001234')).not.toBe(key)
})

test('keeps the layout that stored data has', () => {
  const known = workspaceVault(7, Buffer.alloc(32, 1))
  const sealed = Buffer.from(knownSealed, 'base64')
  expect(known.open(sealed)).toBe('13800001234')
  expect(known.blindIndex('phone', '+8613800001234')).toBe(knownIndex)
})
const knownSealed = 'AdGKLxv7EP3OBhGvzNq8h/ACEwBTihY+ia6YurhIMcE7Fsp36DBw2Q=='
const knownIndex = '689152aa-5918-58af-62d2-6811c49e7735'

test('finds the vault of a workspace, and the same again from another process', async () => {
  const masterKey = randomBytes(32)
  const vaults = createVaults(kit.platform.db, masterKey)
  const ctx = await kit.workspace()
  await kit.platform.pool.query('update workspaces set sealed_data_key = $2 where id = $1', [ctx.workspaceId, vaults.newSealedDataKey()])
  const sealed = (await vaults.of(ctx.workspaceId)).seal('13800001234')
  expect((await createVaults(kit.platform.db, masterKey).of(ctx.workspaceId)).open(sealed)).toBe('13800001234')
  await expect(createVaults(kit.platform.db, randomBytes(32)).of(ctx.workspaceId)).rejects.toThrow('HONGYAN_MASTER_KEY does not fit')
})

test('says so when the workspace does not exist, and asks again later', async () => {
  await expect(kit.platform.vaults.of(999_999)).rejects.toThrow('does not exist')
  await expect(kit.platform.vaults.of(999_999)).rejects.toThrow('does not exist')
})

test('makes the master key once, readable by its owner only, and refuses a damaged one', async () => {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'hongyan-key-'))
  const keys = await Promise.all(Array.from({ length: 5 }, () => loadMasterKey({ dataDir, masterKey: null })))
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1)
  const file = path.join(dataDir, 'master.key')
  expect(fs.statSync(file).mode & 0o777).toBe(0o600)
  expect(fs.readdirSync(dataDir)).toEqual(['master.key'])
  fs.writeFileSync(file, 'cut of')
  await expect(loadMasterKey({ dataDir, masterKey: null })).rejects.toThrow('is damaged')
  fs.rmSync(dataDir, { recursive: true })
})
