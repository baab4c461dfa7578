import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { root, sourceFiles } from './source-files.ts'

/** Half-width marks and their Chinese forms, as code points: many keyboards and tools quietly turn one into the other. */
const forms: Readonly<Record<string, string>> = { ',': '\uff0c', ';': '\uff1b', ':': '\uff1a', '?': '\uff1f', '!': '\uff01' }

/** A Chinese sentence with Chinese punctuation: marks beside Han characters or Chinese brackets, and brackets around Han characters. */
export function withChinesePunctuation(text: string): string {
  return text
    .replaceAll(/\(([^()]*\p{Script=Han}[^()]*)\)/gu, '\uff08$1\uff09')
    .replaceAll(/(?<=[\p{Script=Han}])\)|\((?=\p{Script=Han})/gu, (mark) => (mark === ')' ? '\uff09' : '\uff08'))
    .replaceAll(/(?<=[\p{Script=Han}\u300d\u300b\u3011\uff09])[,;:?!](?!\/\/) ?/gu, (mark) => forms[mark.trim()] ?? mark)
    .replaceAll(/[,;:?!] ?(?=[\p{Script=Han}\u300c\u300a\u3010])/gu, (mark) => forms[mark.trim()] ?? mark)
}

/** Rewrites the Chinese texts of the console; the test of the locales holds them to it. */
function rewriteLocales(): void {
  for (const file of sourceFiles(['console/src/locales/zh'], ['.json'])) {
    const text = file.text.replaceAll(
      /(":\s*)("(?:[^"\\]|\\.)*")/g,
      (_, before: string, value: string) => before + JSON.stringify(withChinesePunctuation(JSON.parse(value) as string)),
    )
    if (text !== file.text) fs.writeFileSync(path.join(root, file.path), text)
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) rewriteLocales()
