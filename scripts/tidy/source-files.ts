import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

/** The project's folder. */
export const root = path.resolve(import.meta.dirname, '../..')

export interface SourceFile {
  /** Relative to the project, with `/`. */
  path: string
  text: string
}

/** Files git tracks or would track below the given folders, that end in one of the endings. */
export function sourceFiles(folders: readonly string[], endings: readonly string[]): SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...folders], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  return listed
    .split('\n')
    .filter((name) => endings.some((ending) => name.endsWith(ending)) && fs.existsSync(path.join(root, name)))
    .map((name) => ({ path: name, text: fs.readFileSync(path.join(root, name), 'utf8') }))
}

/** Targets of the static imports and re-exports of a file, as project paths; packages are left out. */
export function localImports(file: SourceFile): string[] {
  const targets: string[] = []
  for (const match of file.text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s+['"](\.[^'"]+)['"]|import\(\s*['"](\.[^'"]+)['"]\s*\)/g)) {
    const target = match[1] ?? match[2]
    if (target) targets.push(path.posix.normalize(path.posix.join(path.posix.dirname(file.path), target)))
  }
  return targets
}

/** Packages a file imports. */
export function packageImports(file: SourceFile): string[] {
  return [...file.text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^'"`;]*?(?:from\s+)?['"]([^.'"][^'"]*)['"]/g)].map((match) => match[1] ?? '')
}
