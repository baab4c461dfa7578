import fs from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { isNoun, isVerb } from './audit-words.ts'

it('has words for everything the server writes into the audit', () => {
  const root = path.resolve(import.meta.dirname, '../../../../../server/src')
  const sources = fs.readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  const actions = sources.flatMap((file) =>
    [...fs.readFileSync(path.join(root, file), 'utf8').matchAll(/action: [^,\n]*?'([a-zA-Z]+)\.([a-zA-Z]+)'/g)].map(([, noun, verb]) => [
      noun ?? '',
      verb ?? '',
    ]),
  )
  expect(actions.length).toBeGreaterThan(100)
  expect(actions.filter(([noun, verb]) => !isNoun(noun ?? '') || !isVerb(verb ?? '')).map((action) => action.join('.'))).toEqual([])
})
