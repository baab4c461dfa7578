import fs from 'node:fs'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from 'vitest/node'

interface Failure {
  /** The test file, where one is known. */
  file: string | null
  /** Where, and what it is called. */
  name: string
  /** The first lines of what is wrong. */
  lines: string[]
}

/** What a run comes to. */
export interface RunFacts {
  /** How many tests passed, by file; every file that came to its end is here. */
  passed: Record<string, number>
  failures: Failure[]
}

const linesMax = 15

/** A reporter of the test runner that writes `RunFacts` to a file, for `npm test` to show at its end. */
export class RunReport implements Reporter {
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const ended = modules.filter((module) => ['passed', 'failed', 'skipped'].includes(module.state()))
    // When a process dies nobody says which, but its file does not end.
    const [brokenOff, ...others] = modules.filter((module) => !ended.includes(module)).map((module) => module.relativeModuleId)
    const fileOf = (error: SerializedError): string | null => notedFile(error) ?? (others.length === 0 ? (brokenOff ?? null) : null)
    const failures = [
      ...modules.flatMap(failuresOf),
      ...unhandledErrors.flatMap((error) => failure(fileOf(error), `${fileOf(error) ?? ''} outside of any test`.trim(), [error])),
    ]
    const passed = Object.fromEntries(ended.map((module) => [module.relativeModuleId, [...module.children.allTests('passed')].length]))
    fs.writeFileSync(this.#file, JSON.stringify({ passed, failures } satisfies RunFacts))
  }
}

function failuresOf(module: TestModule): Failure[] {
  const file = module.relativeModuleId
  const nameOf = (one: TestCase | TestSuite): string => `${file} > ${one.fullName}`
  return [
    ...failure(file, file, module.errors()),
    ...[...module.children.allSuites()].flatMap((suite) => failure(file, nameOf(suite), suite.errors())),
    ...[...module.children.allTests('failed')].flatMap((test) => failure(file, nameOf(test), test.result().errors ?? [{ message: 'failed' }])),
  ]
}

/** None without errors. */
function failure(file: string | null, name: string, errors: readonly SerializedError[]): Failure[] {
  return errors.length === 0 ? [] : [{ file, name, lines: errors.flatMap(linesOf).slice(0, linesMax) }]
}

/** The file that ran when something broke outside of any test, where the runner noted it. */
function notedFile(error: SerializedError): string | null {
  const file: unknown = error['VITEST_TEST_PATH']
  return typeof file === 'string' ? path.relative(process.cwd(), file) : null
}

/** What is wrong, where in the project it was noticed, and how it differs. */
function linesOf({ message, diff, stacks = [], stack }: SerializedError): string[] {
  // Who throws a text instead of an error leaves no stack.
  const written = String(stack)
    .split('\n')
    .filter((line) => line.trim().startsWith('at '))
  const places = stacks.length > 0 ? stacks.map(({ file, line }) => `at ${path.relative(process.cwd(), file)}:${line}`) : written
  const own = places.filter((place) => !place.includes('node_modules') && !place.includes('node:')).slice(0, 3)
  const [first = '', ...rest] = message.split('\n')
  const difference = typeof diff === 'string' ? diff.split('\n') : []
  return [first, ...own, ...rest, ...difference].map((line) => stripVTControlCharacters(line).trimEnd()).filter((line) => line.trim() !== '')
}
