import type { LocaleText } from '../../../../contracts/common.ts'

const yearDays = 365.25
/** From so many days on, days are said as years. */
const yearsFrom = 730

/** The ranges that ascending cuts make, in words: below the first, from each to the next, from the last on. */
export function rangeWords(cuts: readonly number[], of: 'number' | 'daysAgo'): LocaleText[] {
  const inYears = of === 'daysAgo' && (cuts.at(-1) ?? 0) >= yearsFrom
  const shown = (value: number) => (Math.round((inYears ? value / yearDays : value) * 10) / 10).toLocaleString('en-US')
  const zh = of === 'number' ? '' : inYears ? ' 年前' : ' 天前'
  const en = of === 'number' ? '' : inYears ? ' years ago' : ' days ago'
  return [...cuts, null].map((cut, index) => {
    const previous = cuts[index - 1]
    if (cut === null) return { zh: `≥ ${shown(previous!)}${zh}`, en: `≥ ${shown(previous!)}${en}` }
    if (previous === undefined) return { zh: `< ${shown(cut)}${zh}`, en: `< ${shown(cut)}${en}` }
    return { zh: `${shown(previous)}–${shown(cut)}${zh}`, en: `${shown(previous)}–${shown(cut)}${en}` }
  })
}
