import fs from 'node:fs'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Ends of the paths of test files that take long, longest first. */
const slow = [
  'e2e/segments.e2e.ts',
  'e2e/loop.e2e.ts',
  'e2e/first-run.e2e.ts',
  'faults/ingest-faults.test.ts',
  'imports/kill-imports.test.ts',
  'segments/refresh-parity.test.ts',
  'server-warehouse.test.ts',
  'embedded-warehouse.test.ts',
  'complete-journey.test.ts',
  'src/main.test.ts',
  'rule-parity.test.ts',
  'delivery/crash.test.ts',
  'one-person.test.ts',
  'resolve-people.test.ts',
  'sql-pulls.test.ts',
  'sensors.test.ts',
  'run-imports.test.ts',
  'walk-audit.test.ts',
  'link-laws.test.ts',
]

/** Begins with what takes long and then with large files, so that at the end no worker waits for another. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const index = slow.findIndex((ending) => moduleId.endsWith(ending))
      return index === -1 ? slow.length : index
    }
    const bytes = new Map(files.map(({ moduleId }) => [moduleId, fs.statSync(moduleId).size]))
    return files.toSorted((left, right) => rank(left) - rank(right) || bytes.get(right.moduleId)! - bytes.get(left.moduleId)!)
  }
}
