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
const totals = []
for (const project of ['product', 'e2e']) {
  say(`· ${project}`)
  totals.push(await runProject(project))
}
fs.rmSync(reports, { recursive: true, force: true })

const passed = totals.reduce((sum, total) => sum + total.passed, 0)
const failed = totals.reduce((sum, total) => sum + total.failed, 0)
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1

/** A run that breaks off, or ends with an error outside of any test, counts as one failure: it must not look like success. */
async function runProject(project) {
  const report = path.join(reports, `${project}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const code = await runShown(process.execPath, [
    installedProgram('vitest', 'vitest.mjs'),
    'run',
    '--project',
    project,
    '--passWithNoTests',
    ...reporters,
    ...filters,
  ])
  const { numPassedTests: passed = 0, numFailedTests: failed = 0, testResults: files = [] } = readReport(report)
  const brokenFiles = files.filter((file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed')).length
  const known = failed + brokenFiles
  return { passed, failed: known === 0 && code !== 0 ? 1 : known }
}

function readReport(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {}
}
