import { registerPopulation } from '../../people/index.ts'
import type { Platform } from '../../platform/platform.ts'
import { stepDryRuns } from './dry-run/run-dry-runs.ts'
import { dryRunLoop } from './dry-run/start-dry-run.ts'
import { importPopulation } from './import-population.ts'
import { prepareLoop, prepareNext } from './prepare-workbook.ts'
import { deleteOldImportFiles, stepImports } from './run-imports.ts'
import { importLoop } from './start-import.ts'

/** Registers the people of an import, the loop that reads imports (and so goes on with those a restart interrupted) and the deletion of their files. */
export function startImports(platform: Platform): void {
  registerPopulation(importPopulation)
  platform.jobs.loop(importLoop, 200, () => stepImports(platform))
  platform.jobs.loop(dryRunLoop, 1_000, () => stepDryRuns(platform))
  platform.jobs.loop(prepareLoop, 1_000, () => prepareNext(platform))
  platform.jobs.every('imports.deleteFiles', 3_600, () => deleteOldImportFiles(platform))
}
