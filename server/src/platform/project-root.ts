import fs from 'node:fs'
import path from 'node:path'

/** The folder of `package.json`, found from the source as well as from `dist/`. */
export const projectRoot = findProjectRoot(import.meta.dirname)

/** A path inside the project, e.g. `projectPath('server', 'migrations')`. */
export function projectPath(...parts: string[]): string {
  return path.join(projectRoot, ...parts)
}

function findProjectRoot(from: string): string {
  if (fs.existsSync(path.join(from, 'package.json'))) return from
  const parent = path.dirname(from)
  if (parent === from) throw new Error('The project has no package.json above its code')
  return findProjectRoot(parent)
}
