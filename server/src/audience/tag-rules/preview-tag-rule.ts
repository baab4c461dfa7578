import { sql } from 'kysely'
import type pg from 'pg'
import type { TagCase, TagRulePreview } from '../../../../contracts/tag-rules.ts'
import type { Context } from '../../access/index.ts'
import { nameMask } from '../../people/index.ts'
import { checkCases, checkValues } from './save-tag-rule.ts'
import { noTagRule } from './tag-rule-row.ts'
import { dropStaged, stageChanges } from './staged-changes.ts'
import { wantedStatements } from './wanted-statements.ts'

const shownMax = 20

interface Ask {
  tagId: string
  cases: TagCase[]
  leaving: 'take' | 'stay'
  signal?: AbortSignal
}

/** Who would get and lose the tag if the rule ran now. Changes nothing. @throws `not-found`, `validation` */
export async function previewTagRule(ctx: Context, { tagId, cases, leaving, signal }: Ask): Promise<TagRulePreview> {
  const startedMs = performance.now()
  const { rows } = await sql<{ id: string; name: string; kind: 'flag' | 'value'; values: string[]; many: boolean }>`
    select id, name, kind, values, kind = 'value' and many as many from tags
    where workspace_id = ${ctx.workspaceId} and id = ${tagId}::uuid and deleted_at is null`.execute(ctx.platform.db)
  const [tag] = rows
  if (!tag) throw noTagRule()
  checkValues(tag, cases)
  await checkCases(ctx, cases)
  const client = await ctx.platform.pool.connect()
  try {
    const statements = await wantedStatements(ctx, { cases, settings: null, preset: null })
    await stageChanges(ctx, client, { rule: { tagId: tag.id, many: tag.many, leaving }, statements, signal })
    const preview = await readPreview(ctx, client, tag.id)
    await dropStaged(client)
    client.release()
    return { ...preview, tookMs: Math.round(performance.now() - startedMs) }
  } catch (error) {
    client.release(true)
    throw error
  }
}

async function readPreview(ctx: Context, client: pg.PoolClient, tagId: string): Promise<Omit<TagRulePreview, 'tookMs'>> {
  const { rows: counted } = await client.query<{ people: number; given: number; taken: number; byHand: number }>({
    text: `
      select (select count(*) from wanted_tags)::float8 as people, count(*) filter (where not takes)::float8 as given, count(*) filter (where takes)::float8 as taken,
        (select count(distinct person_id) from person_tags where workspace_id = $1 and tag_id = $2::uuid and source <> 'rule')::float8 as "byHand"
      from tag_changes`,
    values: [ctx.workspaceId, tagId],
  })
  const { rows: values } = await client.query<{ value: string; people: number }>(
    'select value, count(*)::float8 as people from wanted_tags group by value order by people desc, value',
  )
  return { ...counted[0]!, values, gets: await somePeople(ctx, client, false), loses: await somePeople(ctx, client, true) }
}

async function somePeople(ctx: Context, client: pg.PoolClient, takes: boolean): Promise<TagRulePreview['gets']> {
  const { rows } = await client.query<{ personId: number; name: string | null; value: string }>({
    text: `
      select changes.person_id::float8 as "personId", people.attributes ->> 'name' as name, changes.value
      from (select * from tag_changes where takes = $2 order by person_id desc limit ${shownMax}) as changes
      join people on people.workspace_id = $1 and people.id = changes.person_id order by changes.person_id desc`,
    values: [ctx.workspaceId, takes],
  })
  const shownName = await nameMask(ctx)
  return rows.map((row) => ({ ...row, name: shownName(row.name) }))
}
