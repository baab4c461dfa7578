import { sql } from 'kysely'
import type { Context } from '../../../access/index.ts'
import { loadPeople, type TestPerson } from '../../rule/testing/load-people.ts'

/** A person with the log odds that decided about their membership. */
interface Citizen {
  personId: number
  logOdds: number
  isMember: boolean
}

/** People of whom some are members of something, for reasons that are known here: how often they ordered, a gold card, and what has nothing to do with it. */
export interface Town {
  people: Citizen[]
  members: number[]
}

const dayMs = 86_400_000
const cities = ['上海', '北京', '广州', '杭州']

/** Numbers in [0, 1) that are the same each time (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Fills a workspace in both stores; about a tenth are members. `tagged`: every third person has a tag, or one of two values of another. */
export async function makeTown(ctx: Context, { people, now, tagged = false }: { people: number; now: Date; tagged?: boolean }): Promise<Town> {
  const { db, warehouse } = ctx.platform
  const { rows } = await sql<{ id: number }>`
    insert into people (workspace_id, attributes) select ${ctx.workspaceId}, '{}' from generate_series(1, ${people}::int) returning id`.execute(db)
  await sql`
    insert into attributes (workspace_id, key, type, label_zh, label_en)
    values (${ctx.workspaceId}, 'tier', 'text', '等级', 'Tier'), (${ctx.workspaceId}, 'points', 'number', '积分', 'Points'), (${ctx.workspaceId}, 'likes', 'list', '喜好', 'Likes')`.execute(
    db,
  )
  const random = numbers(7)
  const town: Town = { people: [], members: [] }
  const loaded: TestPerson[] = []
  for (const personId of rows.map((row) => row.id).toSorted((a, b) => a - b)) {
    const isGold = random() < 0.25
    const orders = Math.floor(-Math.log(1 - random()) * 2)
    const views = Math.floor(random() * 4)
    const logOdds = -4.2 + 1.6 * Number(isGold) + 1.3 * Math.log1p(orders)
    const isMember = random() < 1 / (1 + Math.exp(-logOdds))
    town.people.push({ personId, logOdds, isMember })
    if (isMember) town.members.push(personId)
    const at = (days: number) => new Date(now.getTime() - 3_600_000 - random() * days * dayMs).toISOString()
    loaded.push({
      personId,
      attributes: {
        name: `客户${personId}`,
        tier: isGold ? '金卡' : '普通',
        city: cities[Math.floor(random() * 4)],
        points: Math.floor(random() * 1000),
        ...(random() < 0.5 ? { likes: random() < 0.5 ? ['茶叶', '咖啡'] : ['咖啡'] } : {}),
      },
      createdAt: at(300),
      events: [
        ...Array.from({ length: orders }, () => ({ event: 'Order Completed', at: at(28), amountFen: 9900 })),
        ...Array.from({ length: views }, () => ({ event: 'Product Viewed', at: at(80) })),
      ],
    })
  }
  await loadPeople(warehouse, ctx.workspaceId, loaded)
  if (tagged) await tagEveryThird(ctx, town, now)
  return town
}

async function tagEveryThird({ platform, workspaceId }: Context, { people }: Town, now: Date): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    insert into tags (workspace_id, name, kind, created_at, updated_at)
    values (${workspaceId}, '常客', 'flag', ${now}, ${now}), (${workspaceId}, '偏好', 'value', ${now}, ${now}) returning id`.execute(platform.db)
  const tagged = people.filter((_, index) => index % 3 === 0)
  await platform.warehouse.insertRows(
    'person_tags',
    tagged.map(({ personId }, index) => ({
      workspace_id: workspaceId,
      tag_id: rows[index % 2]!.id,
      person_id: personId,
      value: index % 2 === 0 ? '' : index % 4 === 1 ? '茶叶' : '咖啡',
      set_at: now.getTime(),
      expires_at: null,
      version: 1,
    })),
    { token: `tags of a town ${workspaceId}` },
  )
}

/** How well somebody could tell members who knew the log odds themselves. */
export function trueAuc({ people }: Town): number {
  const sorted = people.toSorted((a, b) => a.logOdds - b.logOdds)
  let [others, wins, members] = [0, 0, 0]
  for (let from = 0; from < sorted.length;) {
    let to = from
    while (to < sorted.length && sorted[to]!.logOdds === sorted[from]!.logOdds) to++
    const tied = sorted.slice(from, to)
    const inside = tied.filter(({ isMember }) => isMember).length
    wins += inside * (others + (tied.length - inside) / 2)
    others += tied.length - inside
    members += inside
    from = to
  }
  return wins / (others * members)
}
