import fs from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { withChinesePunctuation } from '../../../scripts/tidy/punctuation.ts'

const here = import.meta.dirname
const source = path.resolve(here, '..')

type Tree = { [key: string]: string | Tree }

function leaves(tree: Tree, prefix = ''): [key: string, text: string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[prefix + key, value] as [string, string]] : leaves(value, `${prefix}${key}.`),
  )
}

function read(locale: 'zh' | 'en'): Map<string, string> {
  const texts = new Map<string, string>()
  for (const file of fs.readdirSync(path.join(here, locale))) {
    const tree = JSON.parse(fs.readFileSync(path.join(here, locale, file), 'utf8')) as Tree
    for (const [key, text] of leaves(tree)) texts.set(`${path.basename(file, '.json')}:${key}`, text)
  }
  return texts
}

const zh = read('zh')
const en = read('en')
const stem = (key: string): string => key.replace(/_(one|other)$/, '')
const stems = (texts: Map<string, string>): string[] => [...new Set([...texts.keys()].map(stem))].toSorted()
// What people write in Chinese may be quoted in English: reply “TD” or “退订”.
const quotedWords = /[“"(][^”")]*[”")]/g
const han = /\p{Script=Han}/u

const code = fs
  .readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.test.ts'))
  .map((file) => ({ file: file.replaceAll(path.sep, '/'), text: fs.readFileSync(path.join(source, file), 'utf8') }))

it('has the same keys in Chinese and English', () => {
  expect(stems(en)).toEqual(stems(zh))
})

it('gives English both numbers of a plural, Chinese its one', () => {
  const plurals = stems(en).filter((key) => en.has(`${key}_one`) || en.has(`${key}_other`))
  expect(plurals.filter((key) => !en.has(`${key}_one`) || !en.has(`${key}_other`) || !zh.has(`${key}_other`))).toEqual([])
})

it('leaves nothing empty or untranslated', () => {
  // The name of a language is written in that language, and the switch speaks to who wants to switch.
  const inTheOther = new Set(['common:language.switch', 'common:language.other', 'settings:profile.chinese', 'settings:profile.english'])
  const untranslated = [...en]
    .filter(([key, text]) => text.trim() === '' || (han.test(text.replaceAll(quotedWords, '')) && !inTheOther.has(key)))
    .map(([key]) => key)
  expect(untranslated).toEqual([])
  // Chinese texts without a Han character: abbreviations only.
  const latin = [...zh].filter(
    ([key, text]) =>
      text.trim() === '' ||
      (!han.test(text.replaceAll(/\{\{\w+\}\}/g, '')) && /[A-Za-z]{4,}/.test(text.replaceAll(/\{\{\w+\}\}/g, '')) && !inTheOther.has(key)),
  )
  expect(latin).toEqual([])
})

it('uses the same values in both languages', () => {
  const values = (text: string): string[] => [...new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? ''))].toSorted()
  const differing = [...zh].filter(([key, text]) => en.has(key) && values(en.get(key) ?? '').join() !== values(text).join()).map(([key]) => key)
  expect(differing).toEqual([])
})

it('writes Chinese with Chinese punctuation (`node --import tsx scripts/tidy/punctuation.ts` mends it)', () => {
  expect([...zh].filter(([, text]) => text !== withChinesePunctuation(text)).map(([key]) => key)).toEqual([])
})

it('uses every key', () => {
  const written = code.map(({ text }) => text).join('\n')
  // Keys in quotes, and the fixed beginnings and ends of keys put together in a template: `imports.states.${state}`.
  const quoted = new Set([...written.matchAll(/['"]((?:\w+:)?[\w.]+)['"]/g)].map((match) => match[1] ?? ''))
  const patterns = [...written.matchAll(/`((?:\w+:)?[\w.]*)\$\{[^`]*?\}([\w.]*)`/g)]
    .map((match) => ({ start: match[1] ?? '', end: match[2] ?? '' }))
    .filter(({ start }) => start.length > 2)
  const unused = stems(zh).filter((full) => {
    const key = full.slice(full.indexOf(':') + 1)
    return (
      !quoted.has(full) &&
      !quoted.has(key) &&
      !patterns.some(({ start, end }) => (key.startsWith(start) && key.endsWith(end)) || (full.startsWith(start) && full.endsWith(end)))
    )
  })
  expect(unused).toEqual([])
})

it('keeps Chinese in the locales, not in components', () => {
  // The mark, and what a message says at its end in whatever language the console speaks.
  const allowed = new Set(['鸿雁', '拒收请回复'])
  const found: string[] = []
  for (const { file, text } of code) {
    if (file.startsWith('locales/')) continue
    const bare = text.replaceAll(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*$/gm, '')
    for (const match of bare.matchAll(/[\p{Script=Han}]+/gu)) if (!allowed.has(match[0])) found.push(`${file}: ${match[0]}`)
  }
  expect(found).toEqual([])
})
