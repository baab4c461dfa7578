import { Liquid } from 'liquidjs'

/** Filters that an SMS has a use for; every other is unknown to the parser. */
const allowedFilters = new Set([
  'default',
  'append',
  'prepend',
  'upcase',
  'downcase',
  'capitalize',
  'strip',
  'lstrip',
  'rstrip',
  'truncate',
  'slice',
  'replace',
  'replace_first',
  'remove',
  'round',
  'ceil',
  'floor',
  'abs',
  'plus',
  'minus',
  'times',
  'divided_by',
  'at_least',
  'at_most',
  'date',
])

/**
 * Liquid without tags: no loops, no includes, no files (by default the library reads the working directory), own properties only, bounded in time
 * and memory. What is left is text, variables and some filters.
 */
export const liquid = lockedDown()

function lockedDown(): Liquid {
  const engine = new Liquid({
    templates: {},
    ownPropertyOnly: true,
    strictFilters: true,
    parseLimit: 10_000,
    renderLimit: 500,
    memoryLimit: 100_000,
    timezoneOffset: 0,
  })
  for (const tag of Object.keys(engine.tags)) delete engine.tags[tag]
  for (const filter of Object.keys(engine.filters)) if (!allowedFilters.has(filter)) delete engine.filters[filter]
  return engine
}
