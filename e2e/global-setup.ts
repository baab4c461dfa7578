import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the data directories are kept that servers under test are copies of. */
    templates: string
  }
}

/** A place for what the test files of one run share. */
export function setup(project: TestProject): () => void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hongyan-e2e-templates-'))
  // PostgreSQL runs under an account of its own below it when we are root.
  fs.chmodSync(folder, 0o755)
  project.provide('templates', folder)
  return () => fs.rmSync(folder, { recursive: true, force: true })
}
