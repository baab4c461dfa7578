import fs from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { boundaryProblems, capabilityOrder, forbiddenImport } from './boundaries.ts'
import { localImports, packageImports, root, sourceFiles, sourcePaths } from './source-files.ts'
import { ratchetCounts, wordProblems } from './words.ts'

const code = sourceFiles(['contracts', 'server', 'console', 'bench', 'e2e', 'examples', 'scripts'], ['.ts', '.tsx', '.mjs'])
const docs = sourceFiles(['.'], ['.md'])

it('imports run in one direction, capabilities only through their index', () => {
  expect(boundaryProblems(code)).toEqual([])
})

it('notices an import against the direction', () => {
  expect(forbiddenImport('server/src/people/listing/list-people.ts', 'server/src/campaigns/index.ts')).toContain('stands below')
  expect(forbiddenImport('server/src/campaigns/a.ts', 'server/src/people/listing/list-people.ts')).toContain('index.ts')
  expect(forbiddenImport('console/src/features/people/a.tsx', 'console/src/features/data/b.tsx')).toContain('features')
  expect(forbiddenImport('server/src/campaigns/a.ts', 'server/src/people/index.ts')).toBeUndefined()
})

it('reads imports, and no text that only looks like one', () => {
  const text = [
    `import { z } from 'zod'`,
    `import {\n  a,\n  type B,\n} from './a.ts'`,
    `import './b.ts'`,
    `export * from "../c.ts"`,
    `const text = "\\nimport x from './no.ts'"`,
    'const page = `\nimport x from "./no.ts"\nexport * from "no"\n`',
    `// import x from './no.ts'`,
    `export const later = () => import('./d.ts'), word = ['user', 'from', './no.ts']`,
  ].join('\n')
  const file = { path: 'contracts/here/file.ts', text }
  expect(localImports(file)).toEqual(['contracts/here/a.ts', 'contracts/here/b.ts', 'contracts/c.ts', 'contracts/here/d.ts'])
  expect(packageImports(file)).toEqual(['zod'])
})

it('holds no banned word', () => {
  expect(wordProblems(code)).toEqual([])
})

it('gives every capability an index and a README', () => {
  const missing = capabilityOrder
    .flatMap((name) => (name === 'platform' ? ['README.md'] : ['README.md', 'index.ts']).map((file) => `server/src/${name}/${file}`))
    .filter((file) => !fs.existsSync(path.join(root, file)))
  expect(missing).toEqual([])
})

it('lets the ratchets only shrink', () => {
  const ratchet = JSON.parse(fs.readFileSync(path.join(root, 'scripts/tidy/ratchet.json'), 'utf8')) as Record<string, number>
  // Equal on purpose: whoever makes a number smaller writes the smaller number down.
  expect(ratchetCounts(code)).toEqual(ratchet)
})

it('names only paths that exist in its documents', () => {
  const dead: string[] = []
  for (const file of docs) {
    const folder = path.dirname(path.join(root, file.path))
    for (const match of file.text.matchAll(
      /`((?:contracts|server|console|bench|e2e|examples|scripts|docs)\/[\w./-]*\w\/?)`|\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g,
    )) {
      const named = match[1] ? path.join(root, match[1]) : path.join(folder, match[2] ?? '')
      if (!fs.existsSync(named)) dead.push(`${file.path}: ${match[1] ?? match[2]}`)
    }
  }
  expect(dead).toEqual([])
})

it('names only files that exist in its documents, also by the end of their path', () => {
  const paths = sourcePaths(['.'])
  const dead = docs.flatMap((file) =>
    [...file.text.matchAll(/`(\w[\w./-]*\.(?:tsx?|mjs|css|sql|json|md))`/g)]
      .map((match) => match[1] ?? '')
      .filter((name) => !paths.some((known) => `/${known}`.endsWith(`/${name}`)))
      .map((name) => `${file.path}: ${name}`),
  )
  expect(dead).toEqual([])
})

it('keeps machine paths and registry addresses out of the project', () => {
  const lock = fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8')
  expect(lock).not.toMatch(/"resolved": "https?:/)
  const parent = `${path.dirname(root)}/`
  const leaks = [...code, ...docs].filter((file) => parent.length > 3 && file.text.includes(parent)).map((file) => file.path)
  expect(leaks).toEqual([])
})
