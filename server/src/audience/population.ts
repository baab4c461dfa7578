import { registeredAttribute, type Rule } from '../../../contracts/rule.ts'
import type { PeopleQuery } from '../../../contracts/people.ts'
import type { Context } from '../access/index.ts'
import type { PopulationResolver } from '../people/index.ts'
import { pageRule, pageStatement } from './audience-statement.ts'
import { readLayerModels, type LayerModelRow } from './layers/layer-model-row.ts'
import { resolveRule } from './rule/resolve-rule.ts'
import type { ResolvedLayerRule, ResolvedRule } from './rule/resolved-rule.ts'
import { compileRun } from './segments/set-population.ts'
import { readStoredSets } from './segments/stored-sets.ts'

type Query = Partial<PeopleQuery> & { rule?: Rule }

/**
 * People of a segment, a rule, layers or a cell, of a tag besides, who did an event, or (days alone) who registered lately. All given facets hold together, also city, gender and has-phone, so that
 * the page and its total are right for the whole filter. A segment's people are the stored ones, which its count is of.
 */
export const audiencePopulation: PopulationResolver = {
  handles(query: Query): boolean {
    const isOurs =
      query.segmentId ?? query.rule ?? query.layer ?? query.layers ?? query.modelId ?? query.recencyScore ?? query.frequencyScore ?? query.event ?? query.days
    return isOurs !== undefined && query.campaignId === undefined && query.importId === undefined
  },
  async page(ctx, query, page) {
    const segment = query.segmentId === undefined ? null : (await readStoredSets(ctx, [query.segmentId]))[0]!
    const parts = await populationParts(ctx, query)
    if (segment === null) return pageRule(ctx, { kind: 'all', rules: parts }, page)
    const { segmentId, run, kind } = segment
    const asOf = kind === 'dynamic' ? segment.asOf : null
    if (parts.length === 0) return { ...(await pageStatement(ctx, await compileRun(ctx, { segmentId, run }), page)), asOf }
    return { ...(await pageRule(ctx, { kind: 'all', rules: [{ kind: 'members', segmentId, run }, ...parts] }, page)), asOf }
  },
}

/** Everything that is asked besides a segment. */
async function populationParts(ctx: Context, query: Query): Promise<ResolvedRule[]> {
  const written: Rule[] = []
  if (query.rule) written.push(query.rule)
  const attribute = (key: string, value: string): Rule => ({ kind: 'attribute', attribute: key, test: { type: 'text', operator: 'is', values: [value] } })
  if (query.city) written.push(attribute('city', query.city))
  if (query.gender) written.push(attribute('gender', query.gender))
  if (query.hasPhone) {
    const hasPhone: Rule = { kind: 'hasAddress', channel: 'sms' }
    written.push(query.hasPhone === 'true' ? hasPhone : { kind: 'not', rule: hasPhone })
  }
  if (query.tagId) written.push({ kind: 'tag', tagId: query.tagId, values: query.tagValue === undefined ? [] : [query.tagValue], window: { kind: 'ever' } })
  if (query.event) written.push(didEvent(query.event, query.days))
  else if (query.days) written.push(registeredWithin(query.days))

  const parts: ResolvedRule[] = []
  if (written.length > 0) parts.push(await resolveRule(ctx, { kind: 'all', rules: written }, { path: 'rule' }))
  return [...parts, ...(await layerParts(ctx, query))]
}

function registeredWithin(days: number): Rule {
  return { kind: 'attribute', attribute: registeredAttribute, test: { type: 'date', operator: 'withinLast', values: [days] } }
}

function didEvent(event: string, days: number | undefined): Rule {
  return {
    kind: 'event',
    event,
    filters: [],
    measure: { kind: 'times' },
    comparison: { operator: 'atLeast', values: [1] },
    window: days === undefined ? { kind: 'ever' } : { kind: 'last', amount: days, unit: 'day' },
  }
}

/** A layer or a cell of the grid, of the model named or else of the main one; and one of the layers of each model that is named with some. */
async function layerParts(ctx: Context, query: Query): Promise<ResolvedRule[]> {
  const { modelId, layer, layers, recencyScore, frequencyScore } = query
  const isOne = modelId !== undefined || layer !== undefined || recencyScore !== undefined || frequencyScore !== undefined
  if (!isOne && layers === undefined) return []
  const models = await readLayerModels(ctx)
  const part = (model: LayerModelRow | undefined, rest: Pick<ResolvedLayerRule, 'layers' | 'recencyScore' | 'frequencyScore'>): ResolvedRule =>
    model ? { kind: 'layer', modelId: model.id, run: model.currentRun, ...rest } : { kind: 'any', rules: [] }
  const byId = (id: string) => models.find((model) => model.id === id.toLowerCase())
  const parts = [...layersByModel(layers ?? '')].map(([id, names]) => part(byId(id), { layers: names }))
  if (isOne)
    parts.push(part(modelId ? byId(modelId) : models.find(({ isMain }) => isMain), { layers: layer ? [layer] : undefined, recencyScore, frequencyScore }))
  return parts
}

function layersByModel(text: string): Map<string, string[]> {
  const named = new Map<string, string[]>()
  for (const pair of text.split(',').filter((each) => each !== '')) {
    const [id = '', layer = ''] = pair.split(':')
    named.set(id.toLowerCase(), [...(named.get(id.toLowerCase()) ?? []), layer])
  }
  return named
}
