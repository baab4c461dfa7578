import { splitRows } from './split-rows.ts'

/** What nearly all files use, and what some programs write instead: those must fit much better to be believed. */
const usual = [',', '\t', ';', '|']
const others = ['\u0001', '\u001F', '^', '~', '¦', '，', '#']
const otherWeight = 0.6

/** The delimiter that splits most of the first lines into the same number of values, and into more than one; a comma when none does. */
export function findDelimiter(head: string, isWhole: boolean): string {
  let best: { delimiter: string; score: number } = { delimiter: ',', score: 0 }
  for (const [delimiter, weight] of [...usual.map((one) => [one, 1] as const), ...others.map((one) => [one, otherWeight] as const)]) {
    const score = weight * scoreOf(tryWidths(head, delimiter, isWhole))
    if (score > best.score) best = { delimiter, score }
  }
  return best.delimiter
}

/** Share of the lines with the usual width, times what a width is worth. Lines of a title above the table are few. */
function scoreOf(widths: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const width of widths) if (width > 1) counts.set(width, (counts.get(width) ?? 0) + 1)
  let best = 0
  for (const [width, count] of counts) best = Math.max(best, (count / widths.length) * Math.log2(width + 1))
  return best
}

function tryWidths(head: string, delimiter: string, isWhole: boolean): number[] {
  try {
    return splitRows(head, { delimiter, line: 1, isLast: isWhole, rowsMax: 50 }).rows.map((row) => row.values.length)
  } catch {
    return []
  }
}
