import { randomBytes, randomUUID } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import { parseKey, type Config } from '../config.ts'
import { AppError } from '../errors.ts'

const fileName = 'master.key'

/**
 * The master key: from the environment, else from the data directory, where it is made once and readable by its owner only.
 * Throws `precondition` when the file holds no key: a new one would lose every phone and e-mail.
 */
export async function loadMasterKey(config: Pick<Config, 'dataDir' | 'masterKey'>): Promise<Buffer> {
  if (config.masterKey) return config.masterKey
  const file = path.join(config.dataDir, fileName)
  await makeOnce(file)
  const key = parseKey(await fs.readFile(file, 'utf8'))
  if (key) return key
  throw new AppError('precondition', { zh: `主密钥文件 ${file} 已损坏，请从备份恢复`, en: `The master key file ${file} is damaged; restore it from a backup` })
}

/** Written aside, then linked: the file is there whole or not at all, and of two processes one wins. */
async function makeOnce(file: string): Promise<void> {
  if (await exists(file)) return
  const draft = `${file}.${randomUUID()}`
  const handle = await fs.open(draft, 'w', 0o600)
  try {
    await handle.writeFile(`${randomBytes(32).toString('base64')}\n`)
    await handle.sync()
    await fs.link(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await handle.close()
    await fs.rm(draft, { force: true })
  }
}

async function exists(file: string): Promise<boolean> {
  return fs.access(file).then(
    () => true,
    () => false,
  )
}
