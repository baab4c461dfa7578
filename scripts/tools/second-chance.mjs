/** More files than these fail for a reason, not by chance. */
const filesMax = 3

/**
 * The files of a run that get a second chance, alone: those that failed, when they are few and whatever failed belongs to a file.
 * A run is what `run-report.ts` writes: `{ passed: { [file]: count }, failures: { file, name, lines }[] }`.
 */
export function filesToRepeat({ failures }) {
  const files = [...new Set(failures.map(({ file }) => file))]
  return files.length <= filesMax && !files.includes(null) ? files : []
}

/** A run after its failed files were run again: what fails twice, or did not come to run again, is a failure; the rest of what failed is `unsteady`. */
export function afterSecondChance(first, again) {
  const isRepeated = ({ file }) => file in again.passed
  const failedAgain = new Set(again.failures.map(({ name }) => name))
  return {
    passed: { ...first.passed, ...again.passed },
    failures: [...first.failures.filter((failure) => !isRepeated(failure)), ...again.failures],
    unsteady: first.failures.filter((failure) => isRepeated(failure) && !failedAgain.has(failure.name)),
  }
}
