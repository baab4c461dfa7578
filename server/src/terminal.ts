/** What the person who started the program reads; the log goes its own way. */
export const terminal = {
  /** One step of a start: `· 启动内嵌 PostgreSQL / Starting the embedded PostgreSQL`. */
  step({ zh, en }: { zh: string; en: string }): void {
    process.stdout.write(`  · ${zh} / ${en}\n`)
  },

  /** What changes often within a step: one line that is written over, or now and then a line where nothing can be written over. */
  progress(text: string): void {
    if (process.stdout.isTTY) process.stdout.write(`\r\u001B[2K    ${text}`)
    else if (isWorthALine(text)) process.stdout.write(`    ${text}\n`)
  },

  endProgress(): void {
    if (process.stdout.isTTY) process.stdout.write('\r\u001B[2K')
  },

  lines(...lines: string[]): void {
    process.stdout.write(`${lines.join('\n')}\n`)
  },

  failure({ zh, en }: { zh: string; en: string }, details: readonly string[] = []): void {
    process.stderr.write(`\n  ✗ ${zh}\n    ${en}\n${details.map((detail) => `    - ${detail}\n`).join('')}\n`)
  },
}

const lineEveryMs = 5_000
let lastLine = { subject: '', atMs: 0 }

function isWorthALine(text: string): boolean {
  const subject = text.split(':')[0] ?? ''
  const nowMs = performance.now()
  if (subject === lastLine.subject && nowMs - lastLine.atMs < lineEveryMs) return false
  lastLine = { subject, atMs: nowMs }
  return true
}
