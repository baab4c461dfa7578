import fs from 'node:fs'
import { installPackages } from './browser.mjs'

const places = ['/usr/sbin/mariadbd', '/opt/homebrew/bin/mariadbd', '/usr/local/bin/mariadbd']

/** Pulls from MySQL are tested against a MariaDB of one's own, installed on Debian and its kin when missing. Answers where it is, if there is one. */
export async function provideMariadb() {
  const found = () => [process.env.HONGYAN_TEST_MARIADB, ...places].find((place) => place !== undefined && fs.existsSync(place))
  if (found() === undefined) await installPackages('· 安装测试所需的 MariaDB / Installing MariaDB for the tests …', ['mariadb-server-core'])
  return found()
}
