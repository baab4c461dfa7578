import { sql } from 'kysely'
import type { Problem } from '../../../../contracts/errors.ts'
import { ruleLimits, type Rule } from '../../../../contracts/rule.ts'
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
      case 'event':
      case 'hasAddress':
        return rule
      case 'eventValue':
      case 'sequence':
      case 'message':
      case 'tag':
      case 'consent':
        throw new Error('Refused by the check')
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

  #wrong(at: NodePath, zh: string, en: string): ResolvedRule {
    this.problems.push({ at: at.text, zh, en })
    return { kind: 'any', rules: [] }
  }
}

/** Reads level by level: one statement per level of segments in segments. */
async function readLinks(db: Database, workspaceId: number, rule: Rule): Promise<Links> {
  const links: Links = { segments: new Map(), models: new Map() }
  const models = new Set<string>()
  const asked = new Set<string>()
  let level = [rule]
  while (level.length > 0) {
    const wanted = new Set<string>()
    for (const each of level) collectReferences(each, wanted, models)
    const fresh = [...wanted].filter((id) => !asked.has(id))
    for (const id of fresh) asked.add(id)
    const found = fresh.length === 0 ? [] : await readSegmentRules(db, workspaceId, fresh)
    for (const { id, ...link } of found) links.segments.set(id, link)
    level = found.map((row) => row.rule)
  }
  if (models.size > 0) links.models = await readLayerNames(db, workspaceId, [...models])
  return links
}

/** Adds the ids a rule names. */
export function collectReferences(rule: Rule, segments: Set<string>, models: Set<string>): void {
  if (rule.kind === 'segment') segments.add(rule.segmentId.toLowerCase())
  if (rule.kind === 'layer') models.add(rule.modelId.toLowerCase())
  for (const [child] of childrenOf(rule)) collectReferences(child, segments, models)
}

async function readSegmentRules(db: Database, workspaceId: number, ids: string[]): Promise<(SegmentLink & { id: string })[]> {
  const { rows } = await sql<Omit<SegmentLink, 'run'> & { id: string; run: string | null }>`
    select id, name, rule, kind, set_run::text as run from segments where workspace_id = ${workspaceId} and id = any(${ids}::uuid[])`.execute(db)
  return rows.map((row) => ({ ...row, run: row.run === null ? null : Number(row.run) }))
}
