import { sql } from 'kysely'
import type { Problem } from '../../../../contracts/errors.ts'
import { ruleLimits, type EventWindow, type Rule, type TagRule } from '../../../../contracts/rule.ts'
import type { Context } from '../../access/index.ts'
import { AppError, assertNever } from '../../platform/errors.ts'
import type { Database } from '../../platform/platform.ts'
import { readLayerNames, type NamedModel } from '../layers/layer-names.ts'
import { checkRule, childrenOf } from './check-rule.ts'
import { NodePath } from './node-path.ts'
import type { ResolvedRule } from './resolved-rule.ts'

interface SegmentLink {
  name: string
  rule: Rule
  /** A static segment's people are the set of this run. */
  kind: 'dynamic' | 'static'
  run: number | null
}

/** Segments and layer models that a rule reaches, of this workspace only. */
interface Links {
  segments: Map<string, SegmentLink>
  models: Map<string, NamedModel>
  /** Tags that a rule names, and the one that stands for each today. */
  tags: Map<string, string>
  campaigns: Set<string>
}

interface ResolveOptions {
  /** Path of the rule in the request, for problems. */
  path?: string
  /** The segment whose rule this is: a way back to it is a cycle. */
  segmentId?: string
  db?: Database
}

/**
 * Checks a rule and follows its references within the workspace: segments are put in with their own rules, layers get the run that is shown.
 * @throws `validation` with the path of every node that is wrong, names nothing of this workspace, or leads back to itself;
 * `rule-too-costly` when the segments put in make it too large.
 */
export async function resolveRule(ctx: Context, rule: Rule, { path = 'rule', segmentId, db = ctx.platform.db }: ResolveOptions = {}): Promise<ResolvedRule> {
  const problems = checkRule(rule, path)
  if (problems.length > 0) throw new AppError('validation', { problems })
  const links = await readLinks(db, ctx.workspaceId, rule)
  const resolver = new Resolver(links)
  const resolved = resolver.visit(rule, new NodePath(path), segmentId === undefined ? [] : [segmentId])
  if (resolver.problems.length > 0) throw new AppError('validation', { problems: resolver.problems })
  return resolved
}

class Resolver {
  readonly problems: Problem[] = []
  readonly #links: Links
  #nodes = 0

  constructor(links: Links) {
    this.#links = links
  }

  /** `trail` holds the segments that were entered on the way here. */
  visit(rule: Rule, at: NodePath, trail: readonly string[]): ResolvedRule {
    this.#nodes += 1
    if (this.#nodes > ruleLimits.inlinedNodesMax) throw new AppError('rule-too-costly')
    switch (rule.kind) {
      case 'all':
      case 'any':
        return { kind: rule.kind, rules: rule.rules.map((child, index) => this.visit(child, at.step(`rules.${index}`), trail)) }
      case 'not':
        return { kind: 'not', rule: this.visit(rule.rule, at.step('rule'), trail) }
      case 'segment':
        return this.#segment(rule.segmentId.toLowerCase(), at, trail)
      case 'layer':
        return this.#layer(rule, at)
      case 'attribute':
      case 'hasAddress':
      case 'consent':
        return rule
      case 'event':
      case 'eventValue':
      case 'sequence':
        return this.#withCampaigns(rule, at)
      case 'message':
        if (rule.campaignId !== undefined) this.#campaign(rule.campaignId, at.step('campaignId'))
        return this.#withCampaigns(rule, at)
      case 'tag':
        return this.#tag(rule, at)
      default:
        return assertNever(rule)
    }
  }

  #segment(segmentId: string, node: NodePath, trail: readonly string[]): ResolvedRule {
    const at = node.step('segmentId')
    const link = this.#links.segments.get(segmentId)
    if (!link) return this.#wrong(at, '没有这个分群,可能已被删除', 'There is no such segment; it may have been deleted')
    if (link.kind === 'static') return { kind: 'segment', segmentId, rule: { kind: 'members', segmentId, run: link.run } }
    if (trail.includes(segmentId)) {
      return this.#wrong(at, `分群「${link.name}」的规则又引用到它自己`, `The rule of segment “${link.name}” leads back to itself`)
    }
    return { kind: 'segment', segmentId, rule: this.visit(link.rule, at.inside(), [...trail, segmentId]) }
  }

  #layer(rule: Extract<Rule, { kind: 'layer' }>, at: NodePath): ResolvedRule {
    const modelId = rule.modelId.toLowerCase()
    const model = this.#links.models.get(modelId)
    if (!model) return this.#wrong(at.step('modelId'), '没有这个分层模型', 'There is no such layer model')
    const strange = rule.layers.find((layer) => !model.layers.has(layer))
    if (strange !== undefined) return this.#wrong(at.step('layers'), `分层模型里没有层「${strange}」`, `The model has no layer “${strange}”`)
    return { kind: 'layer', modelId, layers: rule.layers, run: model.run }
  }

  /** A tag that was merged stands for the one it was merged into. */
  #tag(rule: TagRule, at: NodePath): ResolvedRule {
    const tagId = this.#links.tags.get(rule.tagId.toLowerCase())
    if (tagId === undefined) return this.#wrong(at.step('tagId'), '没有这个标签，可能已被删除', 'There is no such tag; it may have been deleted')
    return this.#withCampaigns({ ...rule, tagId }, at)
  }

  #withCampaigns<Node extends ResolvedRule & { window: EventWindow }>(rule: Node, at: NodePath): Node {
    if (rule.window.kind === 'sinceCampaign' && rule.window.campaignId !== undefined) this.#campaign(rule.window.campaignId, at.step('window.campaignId'))
    return rule
  }

  #campaign(id: string, at: NodePath): void {
    if (!this.#links.campaigns.has(id.toLowerCase())) this.#wrong(at, '没有这个活动', 'There is no such campaign')
  }

  #wrong(at: NodePath, zh: string, en: string): ResolvedRule {
    this.problems.push({ at: at.text, zh, en })
    return { kind: 'any', rules: [] }
  }
}

/** Reads level by level: one statement per level of segments in segments. */
async function readLinks(db: Database, workspaceId: number, rule: Rule): Promise<Links> {
  const links: Links = { segments: new Map(), models: new Map(), tags: new Map(), campaigns: new Set() }
  const all = newReferences()
  let level = [rule]
  while (level.length > 0) {
    const wanted = newReferences()
    for (const each of level) collectReferences(each, wanted)
    const fresh = [...wanted.segments].filter((id) => !all.segments.has(id))
    for (const kind of ['segments', 'models', 'tags', 'campaigns'] as const) for (const id of wanted[kind]) all[kind].add(id)
    const found = fresh.length === 0 ? [] : await readSegmentRules(db, workspaceId, fresh)
    for (const { id, ...link } of found) links.segments.set(id, link)
    level = found.map((row) => row.rule)
  }
  if (all.models.size > 0) links.models = await readLayerNames(db, workspaceId, [...all.models])
  if (all.tags.size > 0) links.tags = await readTags(db, workspaceId, [...all.tags])
  if (all.campaigns.size > 0) links.campaigns = await readCampaigns(db, workspaceId, [...all.campaigns])
  return links
}

/** Ids of the things a rule names, in lower case. */
export type References = Record<'segments' | 'models' | 'tags' | 'campaigns', Set<string>>

export function newReferences(): References {
  return { segments: new Set(), models: new Set(), tags: new Set(), campaigns: new Set() }
}

/** Adds the ids a rule names. */
export function collectReferences(rule: Rule, into: References): void {
  if (rule.kind === 'segment') into.segments.add(rule.segmentId.toLowerCase())
  if (rule.kind === 'layer') into.models.add(rule.modelId.toLowerCase())
  if (rule.kind === 'tag') into.tags.add(rule.tagId.toLowerCase())
  if (rule.kind === 'message' && rule.campaignId !== undefined) into.campaigns.add(rule.campaignId.toLowerCase())
  if ('window' in rule && rule.window.kind === 'sinceCampaign' && rule.window.campaignId !== undefined) into.campaigns.add(rule.window.campaignId.toLowerCase())
  for (const [child] of childrenOf(rule)) collectReferences(child, into)
}

async function readSegmentRules(db: Database, workspaceId: number, ids: string[]): Promise<(SegmentLink & { id: string })[]> {
  const { rows } = await sql<Omit<SegmentLink, 'run'> & { id: string; run: string | null }>`
    select id, name, rule, kind, set_run::text as run from segments where workspace_id = ${workspaceId} and id = any(${ids}::uuid[])`.execute(db)
  return rows.map((row) => ({ ...row, run: row.run === null ? null : Number(row.run) }))
}

async function readTags(db: Database, workspaceId: number, ids: string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; standsFor: string }>`
    with recursive trail as (
      select id, id as "standsFor" from tags where workspace_id = ${workspaceId} and id = any(${ids}::uuid[])
      union
      select trail.id, tags.merged_into from trail join tags on tags.id = trail."standsFor" where tags.merged_into is not null)
    select trail.id, "standsFor" from trail join tags on tags.id = trail."standsFor" where tags.deleted_at is null`.execute(db)
  return new Map(rows.map((row) => [row.id, row.standsFor]))
}

// NOTE: campaigns lie further up; their table is only asked whether it has these ids.
async function readCampaigns(db: Database, workspaceId: number, ids: string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`select id from campaigns where workspace_id = ${workspaceId} and id = any(${ids}::uuid[])`.execute(db)
  return new Set(rows.map((row) => row.id))
}
