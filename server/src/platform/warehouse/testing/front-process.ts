import { startHttpFront } from './http-front.ts'

// A "server" that is killed by the crash test.
const [path = '', port = '0'] = process.argv.slice(2)
const front = await startHttpFront(path, Number(port))
process.stdout.write(`${front.url}\n`)
