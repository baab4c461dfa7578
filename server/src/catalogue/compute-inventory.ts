import { sql } from 'kysely'
import { systemContext, type Context } from '../access/index.ts'
import { listAttributeDefinitions, readFreshness } from '../people/index.ts'
import { errorMessage } from '../platform/errors.ts'
import type { Platform } from '../platform/platform.ts'
import { readAttributeFacts, type Sample } from './attribute-facts.ts'
import { readEventFacts } from './event-facts.ts'
import type { InventoryContent } from './inventory-row.ts'
import { judgeModels, readModelFacts } from './model-readiness.ts'

/** Above so many people a sample of about half as many is looked at. */
const wholePeopleMax = 1_000_000
const sampledPeople = 500_000
const leaseMs = 15 * 60_000

interface Claim {
  workspaceId: number
  isExact: boolean
}

/** Computes one inventory that was asked for; false when there is none. A process that dies leaves it to be computed again. */
export async function stepInventory(platform: Platform, signal: AbortSignal): Promise<boolean> {
  const claim = await takeOne(platform)
  if (!claim) return false
  const ctx = systemContext(platform, claim.workspaceId, 'catalogue')
  const startedMs = performance.now()
  try {
    const content = await compute(ctx, { isExact: claim.isExact, signal })
    await sql`
      update inventories set state = 'finished', computed_at = ${platform.clock.now()}, took_seconds = ${(performance.now() - startedMs) / 1000},
        content = ${JSON.stringify(content)}::jsonb where workspace_id = ${claim.workspaceId}`.execute(platform.db)
  } catch (error) {
    // A stop leaves it to whoever comes next.
    const state = signal.aborted ? 'waiting' : 'failed'
    await sql`update inventories set state = ${state}, error = ${errorMessage(error).slice(0, 500)} where workspace_id = ${claim.workspaceId}`.execute(
      platform.db,
    )
    if (!signal.aborted) platform.log.error({ error, workspaceId: claim.workspaceId }, 'an inventory could not be computed')
  }
  return true
}

async function takeOne(platform: Platform): Promise<Claim | null> {
  const now = platform.clock.now()
  const { rows } = await sql<Claim>`
    update inventories set state = 'running', started_at = ${now}, leased_until = ${new Date(now.getTime() + leaseMs)}, fields_done = 0
    where workspace_id = (
      select workspace_id from inventories where state = 'waiting' or (state = 'running' and leased_until < ${now}) order by asked_at limit 1 for update skip locked)
    returning workspace_id as "workspaceId", is_exact as "isExact"`.execute(platform.db)
  return rows[0] ?? null
}

async function compute(ctx: Context, { isExact, signal }: { isExact: boolean; signal: AbortSignal }): Promise<InventoryContent> {
  const [people, { items }] = await Promise.all([countEveryone(ctx), listAttributeDefinitions(ctx)])
  const sample: Sample = { people, everyNth: isExact || people <= wholePeopleMax ? 1 : Math.ceil(people / sampledPeople) }
  const attributes = items.filter((attribute) => attribute.retiredAt === null)
  let done = 0
  const onDone = async (fields: number) => {
    done += fields
    await sql`
      update inventories set fields_done = ${done}, leased_until = ${new Date(ctx.platform.clock.now().getTime() + leaseMs)}
      where workspace_id = ${ctx.workspaceId}`.execute(ctx.platform.db)
  }
  await expect(ctx, attributes.length)
  const stored = await readAttributeFacts(ctx, attributes, { sample, signal, onDone })
  const freshness = await readFreshness(ctx, { people, signal })
  const events = await readEventFacts(ctx, { isExact, signal, onDone })
  const models = judgeModels(await readModelFacts(ctx, { people, signal }))
  const lastSeen = new Map(items.map((attribute) => [attribute.key, attribute.lastSeenAt]))
  return {
    exact: sample.everyNth === 1,
    people,
    sampledPeople: Math.round(people / sample.everyNth),
    attributes: stored.map((facts) => {
      const said = freshness.get(facts.key)
      const set = (count: number | undefined) => (said && said.values > 0 ? (count ?? 0) / said.values : 0)
      const lastSetAt = said && said.lastMs > 0 ? new Date(said.lastMs).toISOString() : (lastSeen.get(facts.key) ?? null)
      return { ...facts, lastSetAt, set30Days: set(said?.in30Days), set90Days: set(said?.in90Days) }
    }),
    events,
    models,
  }
}

/** Says how many fields there are to look at, events included. */
async function expect(ctx: Context, attributes: number): Promise<void> {
  await sql`
    update inventories set fields_total = ${attributes} + (select count(*) from event_definitions where workspace_id = ${ctx.workspaceId})
    where workspace_id = ${ctx.workspaceId}`.execute(ctx.platform.db)
}

/** Counted anew: what lists show beside their titles may be a minute old. */
async function countEveryone(ctx: Context): Promise<number> {
  const { people } = await ctx.platform.warehouse.row<{ people: number }>({
    sql: 'select count() as people from people final where workspace_id = {workspaceId:UInt32}',
    params: { workspaceId: ctx.workspaceId },
  })
  return people
}
