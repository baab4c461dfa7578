import fs from 'node:fs'
import { runShown, fail, step } from './console.mjs'
import { fingerprint, projectPath, readText, writeText } from './project.mjs'

/** Written last: packages that a broken-off install left have no mark. */
const mark = projectPath('node_modules', '.hongyan-installed')

/** Runs `npm ci` when nothing is installed, or something else than the lock file says. */
export async function installIfNeeded() {
  const wanted = fingerprint(['package-lock.json'])
  if (readText(mark) === wanted) return
  if (!isInstalledByNpm()) await step({ zh: '安装依赖（首次需要几分钟）', en: 'Installing packages (some minutes the first time)' }, install)
  writeText(mark, wanted)
}

/** npm's own record is newer than the lock file: somebody ran npm here by hand. */
function isInstalledByNpm() {
  const record = fs.statSync(projectPath('node_modules', '.package-lock.json'), { throwIfNoEntry: false })
  return record !== undefined && record.mtimeMs >= fs.statSync(projectPath('package-lock.json')).mtimeMs
}

async function install() {
  const flags = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = process.env.npm_execpath
  const code = npm ? await runShown(process.execPath, [npm, ...flags]) : await runShown('npm', flags, { shell: process.platform === 'win32' })
  if (code !== 0) fail('依赖安装失败，请检查网络后重试', 'Packages could not be installed; check the network and try again')
}
