import { sql } from 'kysely'
import type { Inventory } from '../../../contracts/catalogue.ts'
import { mutate, type Context } from '../access/index.ts'

/** What a computation finds, as it is kept. */
export type InventoryContent = Pick<Inventory, 'exact' | 'people' | 'sampledPeople' | 'attributes' | 'events' | 'models'>

interface Row {
  state: Inventory['state']
  fieldsDone: number
  fieldsTotal: number
  error: string | null
  computedAt: Date | null
  tookSeconds: number | null
  content: InventoryContent | null
}

const nothing: InventoryContent = { exact: false, people: 0, sampledPeople: 0, attributes: [], events: [], models: [] }

/** The inventory as last computed, and how far a new one has come. */
export async function readInventory(ctx: Context): Promise<Inventory> {
  const { rows } = await sql<Row>`
    select state, fields_done as "fieldsDone", fields_total as "fieldsTotal", error, computed_at as "computedAt", took_seconds as "tookSeconds", content
    from inventories where workspace_id = ${ctx.workspaceId}`.execute(ctx.platform.db)
  const [row] = rows
  if (!row) return { state: 'none', fieldsDone: 0, fieldsTotal: 0, error: null, computedAt: null, tookSeconds: null, ...nothing }
  const { content, computedAt, ...rest } = row
  return { ...rest, computedAt: computedAt?.toISOString() ?? null, ...(content ?? nothing) }
}

/** What the inventory last said about the layer models; empty before there is one. */
export async function readModelReadiness(ctx: Context): Promise<Inventory['models']> {
  return (await readInventory(ctx)).models
}

/** Asks for a new one; one that waits or runs already is it. */
export async function askInventory(ctx: Context, { exact }: { exact: boolean }): Promise<Inventory> {
  await mutate(ctx, { action: 'inventory.compute', targetKind: 'inventory', detail: { exact } }, async (tx) => {
    await sql`
      insert into inventories (workspace_id, state, is_exact, asked_at) values (${ctx.workspaceId}, 'waiting', ${exact}, ${ctx.platform.clock.now()})
      on conflict (workspace_id) do update set state = 'waiting', is_exact = excluded.is_exact, asked_at = excluded.asked_at, error = null,
        fields_done = 0, fields_total = 0
        where inventories.state not in ('waiting', 'running')`.execute(tx)
  })
  ctx.platform.jobs.wake('inventory')
  return readInventory(ctx)
}
