import { sql } from 'kysely'
import type { Platform } from '../platform/platform.ts'
import { encodeBody } from './inbox-body.ts'
import type { IncomingItem } from './inbox-item.ts'
import { itemsPerRowMax } from './append-to-inbox.ts'

interface Origin {
  workspaceId: number
  sourceId: string
  receivedAt: Date
}

/** Items of one source that go into one row. */
interface Row extends Origin {
  items: IncomingItem[]
}

/** What goes with the next commit, and who waits for it. */
interface Group {
  rows: Row[]
  done: Promise<void>
  settle(error?: unknown): void
}

interface Queue {
  isRunning: boolean
  next: Group | null
}

const queues = new WeakMap<Platform, Queue>()

/**
 * Puts tracked items into the inbox like `appendToInbox`, in one transaction with whatever else comes in while the one before is being
 * committed: under load a handful of requests share a row, its sealing and a commit, and an idle server commits at once. They are there
 * when this returns. Throws what the commit throws, for all who share it: none of it is there then.
 */
export async function appendTogether(platform: Platform, origin: Origin, items: readonly IncomingItem[]): Promise<void> {
  if (items.length === 0) return
  let queue = queues.get(platform)
  if (!queue) queues.set(platform, (queue = { isRunning: false, next: null }))
  const group = (queue.next ??= newGroup())
  addTo(group.rows, origin, items)
  if (!queue.isRunning) run(platform, queue)
  return group.done
}

function addTo(rows: Row[], origin: Origin, items: readonly IncomingItem[]): void {
  const row = rows.find(
    ({ workspaceId, sourceId, items: present }) =>
      workspaceId === origin.workspaceId && sourceId === origin.sourceId && present.length + items.length <= itemsPerRowMax,
  )
  if (row) for (const item of items) row.items.push(item)
  else rows.push({ ...origin, items: [...items] })
}

function newGroup(): Group {
  let settle: Group['settle'] = () => undefined
  const done = new Promise<void>((resolve, reject) => {
    settle = (error) => (error === undefined ? resolve() : reject(error))
  })
  return { rows: [], done, settle }
}

function run(platform: Platform, queue: Queue): void {
  const group = queue.next
  queue.isRunning = group !== null
  if (!group) return
  queue.next = null
  write(platform, group.rows).then(
    () => {
      group.settle()
      run(platform, queue)
    },
    (error: unknown) => {
      group.settle(error)
      run(platform, queue)
    },
  )
}

async function write(platform: Platform, rows: readonly Row[]): Promise<void> {
  const bodies = await Promise.all(rows.map(async ({ workspaceId, items }) => encodeBody(await platform.vaults.of(workspaceId), items)))
  const values = rows.map(
    ({ workspaceId, sourceId, receivedAt, items }, index) => sql`(${workspaceId}, 'tracking', ${sourceId}, ${receivedAt}, ${items.length}, ${bodies[index]})`,
  )
  await sql`insert into inbox (workspace_id, kind, source_id, received_at, item_count, body) values ${sql.join(values)}`.execute(platform.db)
}
