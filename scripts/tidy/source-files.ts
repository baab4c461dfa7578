import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { parseSync } from 'vite'

/** The project's folder. */
export const root = path.resolve(import.meta.dirname, '../..')

export interface SourceFile {
  /** Relative to the project, with `/`. */
  path: string
  text: string
}

/** Paths of files git tracks or would track below the given folders. */
export function sourcePaths(folders: readonly string[]): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...folders], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  return listed.split('\0').filter((name) => name !== '' && fs.existsSync(path.join(root, name)))
}

/** Those of these files that end in one of the endings, with their text. */
export function sourceFiles(folders: readonly string[], endings: readonly string[]): SourceFile[] {
  return sourcePaths(folders)
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .map((name) => ({ path: name, text: fs.readFileSync(path.join(root, name), 'utf8') }))
}

/** Tests and what only tests use: test files, the test kit, and every folder called `testing`. */
export function isTestCode(file: string): boolean {
  return /\.(?:test|e2e)\.tsx?$|^server\/test\/|^e2e\/|\/testing\//.test(file)
}

/** What a file imports or re-exports, as it is written there; the text is parsed, so that quoted text is no import. */
function importedNames(file: SourceFile): string[] {
  const { module, errors } = parseSync(file.path, file.text)
  if (errors.length > 0) throw new Error(`${file.path}: ${errors[0]?.message}`)
  return [
    ...module.staticImports.map((statement) => statement.moduleRequest.value),
    ...module.staticExports.flatMap((statement) => statement.entries.flatMap((entry) => entry.moduleRequest?.value ?? [])),
    ...module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => /^(['"])(.+)\1$/s.exec(file.text.slice(start, end))?.[2] ?? []),
  ]
}

/** Files of the project that a file imports, as project paths; each once. */
export function localImports(file: SourceFile): string[] {
  const local = importedNames(file).filter((name) => name.startsWith('.'))
  return [...new Set(local.map((name) => path.posix.join(path.posix.dirname(file.path), name)))]
}

/** Packages a file imports, each once. */
export function packageImports(file: SourceFile): string[] {
  return [...new Set(importedNames(file).filter((name) => !name.startsWith('.')))]
}
