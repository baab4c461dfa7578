import fs from 'node:fs'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from 'vitest/node'

export interface Failure {
  /** Where, and what it is called. */
  name: string
  /** The first lines of what is wrong. */
  lines: string[]
}

const linesMax = 15

/** A reporter of the test runner that writes `{ passed, failures }` to a file, for `npm test` to show at its end. */
export class RunReport implements Reporter {
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const suites = modules.flatMap((module) => [...module.children.allSuites()])
    const failures = [
      ...modules.map((module) => failure(module.relativeModuleId, module.errors())),
      ...suites.map((suite) => failure(nameOf(suite), suite.errors())),
      ...tests.filter((test) => test.result().state === 'failed').map((test) => failure(nameOf(test), test.result().errors ?? [{ message: 'failed' }])),
      ...unhandledErrors.map((error) => failure('outside of any test', [error])),
    ].filter((one) => one !== undefined)
    const passed = tests.filter((test) => test.result().state === 'passed').length
    fs.writeFileSync(this.#file, JSON.stringify({ passed, failures }))
  }
}

const nameOf = (one: TestCase | TestSuite): string => `${one.module.relativeModuleId} > ${one.fullName}`

function failure(name: string, errors: readonly SerializedError[]): Failure | undefined {
  return errors.length === 0 ? undefined : { name, lines: errors.flatMap(linesOf).slice(0, linesMax) }
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
