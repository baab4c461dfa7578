import type { PeopleQuery } from '../../../../contracts/people.ts'
import type { Rule } from '../../../../contracts/rule.ts'
import type { PeopleSet } from '../../../../contracts/segments.ts'
import type { Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'

/** What a list of people may be asked for: the query of the address bar, an unsaved rule, or any set of people. */
export type PopulationQuery = Partial<PeopleQuery> & {
  rule?: Rule
  set?: PeopleSet
  /** Of a set that is a segment: the run to read, so that page after page is of the same people whatever is shown meanwhile. */
  run?: number
}

export interface PopulationPage {
  personIds: number[]
  total: number | null
  /** The moment the people are of, where it is not now. */
  asOf?: Date | null
}

/** Turns what another capability knows (a segment, a layer, a number of a report) into people. */
export interface PopulationResolver {
  handles(query: PopulationQuery): boolean
  /** Ids below `before`, descending, at most `limit`; `total` null when it costs too much to know. */
  page(ctx: Context, query: PopulationQuery, page: { before: number | null; limit: number }): Promise<PopulationPage>
}

const resolvers: PopulationResolver[] = []

/** Called once at start by the capabilities above people. A later resolver for the same thing takes over. */
export function registerPopulation(resolver: PopulationResolver): void {
  resolvers.unshift(resolver)
}

const facets: Record<string, (query: PopulationQuery) => boolean> = {
  segment: (query) => query.segmentId !== undefined,
  layer: ({ modelId, layer, layers, recencyScore, frequencyScore }) =>
    [modelId, layer, layers, recencyScore, frequencyScore].some((part) => part !== undefined),
  campaign: (query) => query.campaignId !== undefined || query.outcome !== undefined,
  import: (query) => query.importId !== undefined || query.importPart !== undefined,
  tag: (query) => query.tagId !== undefined || query.tagValue !== undefined,
  event: (query) => query.event !== undefined || query.days !== undefined,
  rule: (query) => query.rule !== undefined,
  set: (query) => query.set !== undefined,
}

/** What may be asked for together: all of it is a rule. A campaign’s numbers, an import and a set are lists of their own. */
const joinable = new Set(['segment', 'layer', 'tag', 'event', 'rule'])

/** The resolver of a query; null for a plain list. Throws `validation` for half a population, or two at once that are not joinable. */
export function populationOf(query: PopulationQuery): PopulationResolver | null {
  const asked = Object.entries(facets).flatMap(([facet, isAsked]) => (isAsked(query) ? [facet] : []))
  if (asked.length === 0) return null
  if (asked.length > 1 && !asked.every((facet) => joinable.has(facet)))
    throw new AppError('validation', {
      zh: '活动、导入的名单要单独查看；分群、分层、标签和事件可以一起筛选',
      en: 'Ask for a campaign or an import alone; segment, layers, tag and event go together',
    })
  const resolver = resolvers.find((candidate) => candidate.handles(query))
  if (!resolver) throw new AppError('validation', { zh: '查询条件不完整', en: 'The query is not complete' })
  return resolver
}
