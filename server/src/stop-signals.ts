/** Ctrl-C reaches this process twice when npm passes on what the terminal already sent: one press is not two. */
const samePressMs = 500

/**
 * Calls `stop` once, on SIGINT, SIGTERM or when the process that started us is gone; a second signal exits at once.
 * `stop` ends with the exit code.
 */
export function onStopSignal(stop: () => Promise<number>): void {
  let firstAtMs: number | null = null
  const stopOnce = (): void => {
    if (firstAtMs !== null) {
      if (performance.now() - firstAtMs > samePressMs) process.exit(1)
      return
    }
    firstAtMs = performance.now()
    stop().then(
      (exitCode) => process.exit(exitCode),
      () => process.exit(1),
    )
  }
  process.on('SIGINT', stopOnce)
  process.on('SIGTERM', stopOnce)
  // `scripts/start.mjs` keeps a channel open: when it is killed, nobody could stop us any more.
  process.on('disconnect', stopOnce)
}
