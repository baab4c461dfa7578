import type { Log } from '../log.ts'

export type LoopStep = (signal: AbortSignal) => Promise<boolean>

interface Options {
  name: string
  idleMs: number
  step: LoopStep
  log: Log
  onStep(outcome: 'busy' | 'idle' | 'failed'): void
}

const retryMsMin = 250
const retryMsMax = 30_000

/**
 * Runs a step again and again: at once while there is more to do, else after `idleMs` or a wake.
 * A wake that comes during a step is not lost. After an error the pause grows up to half a minute; a wake does not shorten it.
 */
export class Loop {
  readonly #options: Options
  readonly #abort = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #stopping = false
  #isWoken = false
  #endPause: (() => void) | null = null

  constructor(options: Options) {
    this.#options = options
  }

  start(): void {
    this.#running = this.#run()
  }

  wake(): void {
    this.#isWoken = true
    this.#endPause?.()
  }

  /** No step begins after this. Resolves when the running one is done; after `graceMs` its signal is aborted. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true
    this.#endPause?.()
    const timer = setTimeout(() => this.#abort.abort(), graceMs)
    await this.#running
    clearTimeout(timer)
  }

  async #run(): Promise<void> {
    let failures = 0
    while (!this.#stopping) {
      const outcome = await this.#step()
      this.#options.onStep(outcome)
      failures = outcome === 'failed' ? failures + 1 : 0
      if (failures > 0) await this.#pause(Math.min(retryMsMin * 2 ** (failures - 1), retryMsMax), { wakeable: false })
      else if (outcome === 'idle') await this.#pause(this.#options.idleMs, { wakeable: true })
    }
  }

  async #step(): Promise<'busy' | 'idle' | 'failed'> {
    const { name, step, log } = this.#options
    this.#isWoken = false
    try {
      return (await step(this.#abort.signal)) ? 'busy' : 'idle'
    } catch (error) {
      log.error({ error, loop: name }, 'a step of a loop failed and will be repeated')
      return 'failed'
    }
  }

  async #pause(durationMs: number, { wakeable }: { wakeable: boolean }): Promise<void> {
    if (this.#stopping || (wakeable && this.#isWoken)) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, durationMs)
      this.#endPause = () => {
        if (!wakeable && !this.#stopping) return
        clearTimeout(timer)
        resolve()
      }
    })
    this.#endPause = null
  }
}
