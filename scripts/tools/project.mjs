import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..', '..')

/** A path inside the project. */
export function projectPath(...parts) {
  return path.join(root, ...parts)
}

/** One hash of the contents of files and folders (tests left out): equal hashes, equal build. */
export function fingerprint(entries) {
  const hash = createHash('sha256')
  for (const file of entries.flatMap((entry) => filesBelow(projectPath(entry))).toSorted()) {
    hash.update(path.relative(root, file)).update('\0').update(fs.readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}

function filesBelow(entry) {
  const stat = fs.statSync(entry, { throwIfNoEntry: false })
  if (!stat) return []
  if (stat.isFile()) return /\.(test|e2e)\.tsx?$/.test(entry) ? [] : [entry]
  return fs.readdirSync(entry).flatMap((name) => (name === 'node_modules' ? [] : filesBelow(path.join(entry, name))))
}

export function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

export function writeText(file, text) {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, text)
}
