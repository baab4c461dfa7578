/** What the person who started the program reads; the log goes its own way. */
export const terminal = {
  /** One step of a start: `· 启动内嵌 PostgreSQL / Starting the embedded PostgreSQL`. */
  step({ zh, en }: { zh: string; en: string }): void {
    process.stdout.write(`  · ${zh} / ${en}\n`)
  },

  lines(...lines: string[]): void {
    process.stdout.write(`${lines.join('\n')}\n`)
  },

  failure({ zh, en }: { zh: string; en: string }, details: readonly string[] = []): void {
    process.stderr.write(`\n  ✗ ${zh}\n    ${en}\n${details.map((detail) => `    - ${detail}\n`).join('')}\n`)
  },
}
