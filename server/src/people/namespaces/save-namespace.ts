import { sql } from 'kysely'
import type { z } from 'zod'
import type { NamespaceChange, NamespaceCreation, NamespaceRule } from '../../../../contracts/namespaces.ts'
import { mutate, type Context } from '../../access/index.ts'
import { AppError, notFound } from '../../platform/errors.ts'
import type { Database } from '../../platform/platform.ts'
import { compilePattern } from './linear-pattern.ts'
import { shownNamespace } from './list-namespaces.ts'
import { PatternProblem } from './parse-pattern.ts'
import { forgetNamespaces, loadNamespaces } from './read-namespaces.ts'

const namespacesMax = 50
const noun = { zh: '标识类型', en: 'kind of identity' }

type Creation = z.output<typeof NamespaceCreation>
type Change = z.output<typeof NamespaceChange>

/** Adds a kind of identity. How values are normalised and whether they are sealed is settled for good: they are stored that way. */
export async function createNamespace(ctx: Context, input: Creation): Promise<NamespaceRule> {
  checkPattern(input.pattern)
  await mutate(ctx, { action: 'namespace.create', targetKind: 'namespace', targetId: input.key, detail: ruleDetail(input) }, async (tx) => {
    const rules = await loadNamespaces(tx, ctx.workspaceId)
    if (rules.get(input.key))
      throw new AppError('conflict', { zh: `标识类型「${input.key}」已经存在`, en: `There is a kind of identity "${input.key}" already` })
    if (rules.all.length >= namespacesMax)
      throw new AppError('precondition', { zh: `最多 ${namespacesMax} 种标识类型`, en: `A workspace has at most ${namespacesMax} kinds of identities` })
    const now = ctx.platform.clock.now()
    const { rowCount } = await inserted(tx, ctx.workspaceId, { ...input, now })
    if (rowCount === 0) throw new AppError('conflict', { zh: `标识类型「${input.key}」已经存在`, en: `There is a kind of identity "${input.key}" already` })
  })
  return readBack(ctx, input.key)
}

async function inserted(tx: Database, workspaceId: number, input: Creation & { now: Date }): Promise<{ rowCount: number }> {
  const { key, label, strength, priority, perPersonMax, pattern, normaliser, secret, now } = input
  const { rows } = await sql`
    insert into namespaces (workspace_id, key, label_zh, label_en, strength, priority, per_person_max, pattern, normaliser, secret, created_at, updated_at)
    values (${workspaceId}, ${key}, ${label.zh}, ${label.en}, ${strength}, ${priority}, ${perPersonMax}, ${pattern}, ${normaliser}, ${secret}, ${now}, ${now})
    on conflict do nothing returning key`.execute(tx)
  return { rowCount: rows.length }
}

/**
 * Changes a kind of identity or disables it: disabled ones are refused at the door, what is stored stays. People linked before stay
 * linked. Throws `not-found`.
 */
export async function updateNamespace(ctx: Context, { key, ...change }: Change & { key: string }): Promise<NamespaceRule> {
  if (change.pattern !== undefined) checkPattern(change.pattern)
  await mutate(ctx, { action: 'namespace.update', targetKind: 'namespace', targetId: key, detail: ruleDetail(change) }, async (tx) => {
    await sql`select from namespaces where workspace_id = ${ctx.workspaceId} and key = ${key} for update`.execute(tx)
    const known = (await loadNamespaces(tx, ctx.workspaceId)).get(key)
    if (!known) throw notFound(noun)
    const now = ctx.platform.clock.now()
    const next = { ...known, ...definedOnly(change) }
    const disabledAt = change.disabled === undefined ? known.disabledAt : change.disabled ? (known.disabledAt ?? now) : null
    await sql`
      update namespaces set label_zh = ${next.label.zh}, label_en = ${next.label.en}, strength = ${next.strength}, priority = ${next.priority},
        per_person_max = ${next.perPersonMax}, pattern = ${next.pattern}, disabled_at = ${disabledAt}, updated_at = ${now}
      where workspace_id = ${ctx.workspaceId} and key = ${key}`.execute(tx)
  })
  return readBack(ctx, key)
}

function definedOnly(change: Change): Partial<Change> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}

function ruleDetail(input: Partial<Creation> & { disabled?: boolean | undefined }): Record<string, unknown> {
  const { label: _label, ...rule } = input
  return rule
}

function checkPattern(pattern: string | null): void {
  if (pattern === null) return
  try {
    compilePattern(pattern)
  } catch (error) {
    if (!(error instanceof PatternProblem)) throw error
    throw new AppError('validation', { problems: [{ at: 'body.pattern', ...error.words }] })
  }
}

async function readBack(ctx: Context, key: string): Promise<NamespaceRule> {
  forgetNamespaces(ctx.platform, ctx.workspaceId)
  const found = (await loadNamespaces(ctx.platform.db, ctx.workspaceId)).get(key)
  if (!found) throw notFound(noun)
  return shownNamespace(found)
}
