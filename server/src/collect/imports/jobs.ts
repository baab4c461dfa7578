import { registerPersonTable, registerPopulation, type PersonTable } from '../../people/index.ts'
import type { Platform } from '../../platform/platform.ts'
import { stepDryRuns } from './dry-run/run-dry-runs.ts'
import { dryRunLoop } from './dry-run/start-dry-run.ts'
import { importPopulation } from './import-population.ts'
import { prepareLoop, prepareNext } from './prepare-workbook.ts'
import { deleteOldImportFiles, deleteOrphanFiles, stepImports } from './run-imports.ts'
import { importLoop } from './start-import.ts'
import { stepUndos } from './undo/run-undo.ts'
import { undoLoop } from './undo/start-undo.ts'

/** Whose rows follow a merge of people; an undo looks at the person whom they came to. */
const tablesOfPeople: PersonTable[] = [
  { kind: 'state', name: 'import_people', key: ['import_id'] },
  { kind: 'state', name: 'import_changes', key: ['import_id'] },
  { kind: 'state', name: 'import_identities', key: ['import_id', 'namespace', 'key'] },
]

/** Registers the people of an import, the loop that reads imports (and so goes on with those a restart interrupted) and the deletion of their files. */
export function startImports(platform: Platform): void {
  registerPopulation(importPopulation)
  for (const table of tablesOfPeople) registerPersonTable(table)
  platform.jobs.loop(importLoop, 200, () => stepImports(platform))
  platform.jobs.loop(undoLoop, 1_000, () => stepUndos(platform))
  platform.jobs.loop(dryRunLoop, 1_000, () => stepDryRuns(platform))
  platform.jobs.loop(prepareLoop, 1_000, () => prepareNext(platform))
  platform.jobs.every('imports.deleteFiles', 3_600, async () => {
    await deleteOldImportFiles(platform)
    await deleteOrphanFiles(platform)
  })
}
