// npm test: whatever is needed to test, then all tests. The last line is `N passed, N failed`.
// Arguments are handed to the test runner, e.g. `npm test -- server/src/people`.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { requireNode, runShown, say, installedProgram } from './tools/console.mjs'
import { installIfNeeded } from './tools/install.mjs'
import { provideBrowser } from './tools/browser.mjs'
import { provideMariadb } from './tools/mariadb.mjs'
import { buildIfNeeded } from './tools/build.mjs'
import { afterSecondChance, filesToRepeat } from './tools/second-chance.mjs'

requireNode(20, 19)
const filters = process.argv.slice(2)
await installIfNeeded()
const browser = await provideBrowser()
if (browser !== undefined) process.env.HONGYAN_TEST_BROWSER = browser
const mariadb = await provideMariadb()
if (mariadb !== undefined) process.env.HONGYAN_TEST_MARIADB = mariadb
await buildIfNeeded()

const reports = fs.mkdtempSync(path.join(os.tmpdir(), 'hongyan-test-report-'))
// One after the other: browser tests measure pages and want the machine for themselves.
const runs = []
for (const project of ['product', 'e2e']) {
  say(`· ${project}`)
  const first = await runProject(project, filters)
  const files = filesToRepeat(first)
  if (files.length > 0) say(`· ${project}: ${files.join(' ')}`)
  runs.push(files.length === 0 ? first : afterSecondChance(first, await runProject(project, [...files, '--maxWorkers=1'])))
}
fs.rmSync(reports, { recursive: true, force: true })

const passed = runs.flatMap((run) => Object.values(run.passed)).reduce((sum, count) => sum + count, 0)
const failures = runs.flatMap((run) => run.failures)
const unsteady = runs.flatMap((run) => run.unsteady ?? [])
// Once more at the very end: whoever sees only the last lines of a long run must see what is wrong.
show('✗', failures)
if (unsteady.length > 0) process.stdout.write('\nunsteady (failed beside the others, passed alone):\n')
show('~', unsteady)
process.stdout.write(`${failures.length + unsteady.length > 0 ? '\n' : ''}${passed} passed, ${failures.length} failed\n`)
process.exitCode = failures.length === 0 && passed > 0 ? 0 : 1

/** A run that breaks off counts as one failure: it must not look like success. */
async function runProject(project, words) {
  const report = path.join(reports, `${project}.json`)
  fs.rmSync(report, { force: true })
  const vitest = [installedProgram('vitest', 'vitest.mjs'), 'run', '--project', project, '--passWithNoTests', ...words]
  const code = await runShown(process.execPath, vitest, { env: { ...process.env, HONGYAN_TEST_REPORT: report } })
  const { passed, failures } = fs.existsSync(report) ? JSON.parse(fs.readFileSync(report, 'utf8')) : { passed: {}, failures: [] }
  const isBroken = failures.length === 0 && code !== 0
  return { passed, failures: isBroken ? [{ file: null, name: `${project} broke off`, lines: [`The test runner ended with ${code}.`] }] : failures }
}

function show(mark, failures) {
  for (const { name, lines } of failures) process.stdout.write(`\n${mark} ${name}\n${lines.map((line) => `    ${line}\n`).join('')}`)
}
