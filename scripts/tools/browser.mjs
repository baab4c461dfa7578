import fs from 'node:fs'
import { runShown, say } from './console.mjs'

const browserPlaces = [
  process.env.HONGYAN_TEST_BROWSER,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].filter((place) => place !== undefined)

/**
 * The browser tests need Chromium and a Chinese font. On Debian and its kin they are installed when missing; elsewhere the tests say what to do.
 * Answers where the browser is, if there is one.
 */
export async function provideBrowser() {
  const found = () => browserPlaces.find((place) => fs.existsSync(place))
  if (found() === undefined)
    await installPackages('· 安装浏览器测试所需的 Chromium / Installing Chromium for the browser tests …', ['chromium', 'fonts-noto-cjk'])
  return found()
}

/** Installs Debian packages where that is possible; elsewhere whoever needs them says what to do. */
export async function installPackages(announcement, packages) {
  if (!fs.existsSync('/usr/bin/apt-get')) return
  say(announcement)
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const run = async (...words) => {
    const [program, ...args] = [...asRoot, ...words]
    return runShown(program, args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
  }
  await run('apt-get', 'update', '-qq')
  await run('apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...packages)
}
