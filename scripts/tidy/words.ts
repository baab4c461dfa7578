import { isTestCode, type SourceFile } from './source-files.ts'

interface BannedWord {
  pattern: RegExp
  /** What to do instead. */
  instead: string
  /** Where it is allowed. */
  except?: RegExp
  /** Test code may say it too. */
  allowedInTests?: true
}

/** This file says what it bans. */
const self = 'scripts/tidy/words.ts'

const bannedWords: readonly BannedWord[] = [
  {
    pattern: /\bprocess\.env\b/,
    instead: 'read it in platform/config.ts',
    except: /^server\/src\/platform\/config\.ts$|^scripts\/|^bench\/|\.config\.ts$/,
    allowedInTests: true,
  },
  { pattern: /\b(?:it|test|describe)\.(?:skip|only|todo|fails)\b/, instead: 'a test runs or does not exist' },
  { pattern: /\bvi\.mock\(/, instead: 'use the real thing; inject what must differ' },
  { pattern: /@ts-(?:ignore|nocheck)\b/, instead: 'mend the type' },
  {
    pattern: /\bDate\.now\(\)|\bnew Date\(\)/,
    instead: 'use the clock of the platform',
    except: /^server\/src\/platform\/|^console\/|^scripts\/|^bench\/|^examples\/|^server\/src\/channels\/sandbox\/network\//,
    allowedInTests: true,
  },
  { pattern: /\b(?:coming soon|not implemented|lorem ipsum)\b|敬请期待|暂未实现/i, instead: 'build it or leave it out' },
  { pattern: /\bTODO\b(?!: .{15,})/, instead: 'give the reason: `TODO: …`' },
  { pattern: /https?:\/\/registry\./, instead: 'name no registry' },
]

/** Every banned word with its line and what to do instead. */
export function wordProblems(files: readonly SourceFile[]): string[] {
  const problems: string[] = []
  for (const file of files) {
    if (file.path === self) continue
    file.text.split('\n').forEach((line, index) => {
      for (const { pattern, instead, except, allowedInTests } of bannedWords) {
        if (except?.test(file.path) || (allowedInTests && isTestCode(file.path))) continue
        const found = pattern.exec(line)?.[0]
        if (found !== undefined) problems.push(`${file.path}:${index + 1}: «${found}»: ${instead}`)
      }
    })
  }
  return problems
}

/** Counts that may only shrink, see ratchet.json. */
export function ratchetCounts(files: readonly SourceFile[]): Record<string, number> {
  const source = files.filter((file) => !isTestCode(file.path) && file.path !== self)
  const count = (pattern: RegExp): number => source.reduce((sum, file) => sum + [...file.text.matchAll(pattern)].length, 0)
  return {
    filesOver300Lines: source.filter((file) => file.text.split('\n').length > 300).length,
    lintDisables: count(/(?:oxlint|eslint)-disable/g),
    doubleCasts: count(/\bas unknown as\b/g),
    todoMarkers: count(/\bTODO\b/g),
  }
}
