import { parseArgs } from 'node:util'
import { startSandboxNetwork } from './start-sandbox-network.ts'

/** The sandbox network as a process of its own: `--port 3980 --seed 1 --speed 1 --rate 500`. */
const { values } = parseArgs({
  options: {
    host: { type: 'string' },
    port: { type: 'string', default: '3980' },
    seed: { type: 'string', default: '1' },
    speed: { type: 'string', default: '1' },
    rate: { type: 'string' },
  },
})
const network = await startSandboxNetwork({
  ...(values.host ? { host: values.host } : {}),
  port: Number(values.port),
  seed: Number(values.seed),
  speed: Number(values.speed),
  ...(values.rate ? { ratePerSecond: Number(values.rate) } : {}),
})
process.stdout.write(`${network.url}\n`)
const stop = (): void => {
  network.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  )
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
