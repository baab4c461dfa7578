/** Background work that must happen at least once; handlers are idempotent. Not one job per person: batches and housekeeping only. */
export interface Jobs {
  /** Registers the handler of a task before `start`. */
  handle(task: string, handler: (payload: unknown, signal: AbortSignal) => Promise<void>): void
  /** Runs `task` at a fixed interval on one process of the installation; `wake(task)` runs it at once. */
  every(task: string, intervalSeconds: number, handler: (signal: AbortSignal) => Promise<void>): void
  /**
   * Own loop of this process: runs `step` again at once while it answers true, else after `idleMs` or `wake(name)`.
   * Errors are logged and retried after a growing pause.
   */
  loop(name: string, idleMs: number, step: (signal: AbortSignal) => Promise<boolean>): void
  /** Wakes a loop or a recurring task here and, by NOTIFY, on the other processes. */
  wake(name: string): void
  /** Adds a job, visible when `tx` commits. The same `key` replaces a job that has not started. */
  add(tx: unknown, task: string, payload: unknown, options?: { key?: string; runAt?: Date }): Promise<void>
  start(): Promise<void>
  /** Lets what is running finish, then stops. */
  stop(): Promise<void>
}
