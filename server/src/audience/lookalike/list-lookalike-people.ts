import type { LookalikePerson } from '../../../../contracts/lookalike.ts'
import type { Context } from '../../access/index.ts'
import { canonicalPerson, listPeople } from '../../people/index.ts'
import { wrongCursor } from '../../platform/paging.ts'
import { readRanking } from './lookalike-row.ts'
import { roles, scoreUnit } from './score-statement.ts'

interface Asked {
  id: string
  cursor?: string | undefined
  limit: number
  seed: 'without' | 'with'
}

/** A place in the ranking: so many came before, the last with this score and id. */
interface Place {
  before: number
  score: string
  personId: number
}

/** People by the ranking, the most alike first. Somebody who was deleted since is left out, so a page may be short. @throws `not-found`, `precondition` */
export async function listLookalikePeople(ctx: Context, { id, cursor, limit, seed }: Asked): Promise<{ items: LookalikePerson[]; nextCursor?: string }> {
  const place = placeOf(cursor)
  const ranking = await readRanking(ctx, id)
  const person = await canonicalPerson(ctx)
  const after = place ? 'and (score, person_id) < ({score:Int64}, {personId:UInt32})' : ''
  const found = await ctx.platform.warehouse.rows<{ scoreText: string; rankedId: number; personId: number; role: number }>({
    sql: `
      select toString(score) as scoreText, person_id as rankedId, ${person.of('person_id')} as personId, role from lookalike_scores
      where workspace_id = {workspaceId:UInt32} and lookalike_id = {id:UUID} and run = {run:UInt64} and role in {roles:Array(UInt8)} ${after}
      order by score desc, person_id desc limit {limit:UInt32}`,
    params: {
      workspaceId: ctx.workspaceId,
      id: ranking.id,
      run: ranking.run,
      roles: seed === 'with' ? Object.values(roles) : [roles.other, roles.trainedOther],
      limit: limit + 1,
      ...(place && { score: place.score, personId: place.personId }),
    },
  })
  const page = found.slice(0, limit)
  const people = await readPeople(
    ctx,
    page.map(({ personId }) => personId),
  )
  const before = place?.before ?? 0
  const items = page.flatMap(({ scoreText, personId, role }, index) => {
    const row = people.get(personId)
    if (!row) return []
    const inSeed = role === roles.heldOut || role === roles.seed
    return [{ rank: before + index + 1, likeness: likenessOf(Number(scoreText) / scoreUnit), inSeed, person: row }]
  })
  const last = page.at(-1)
  return found.length > limit && last ? { items, nextCursor: `${before + page.length}_${last.scoreText}_${last.rankedId}` } : { items }
}

/** From log odds. */
const likenessOf = (score: number): number => Math.round(1000 / (1 + Math.exp(-score))) / 1000

async function readPeople(ctx: Context, personIds: number[]) {
  if (personIds.length === 0) return new Map<number, never>()
  const { items } = await listPeople(ctx, { set: { kind: 'people', personIds }, limit: personIds.length })
  return new Map(items.map((item) => [item.personId, item]))
}

function placeOf(cursor: string | undefined): Place | null {
  if (cursor === undefined) return null
  const [, before, score, personId] = /^(\d{1,10})_(-?\d{1,18})_(\d{1,10})$/.exec(cursor) ?? []
  if (before === undefined || score === undefined || Number(personId) > 4_294_967_295) throw wrongCursor()
  return { before: Number(before), score, personId: Number(personId) }
}
