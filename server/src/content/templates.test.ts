import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../test/kit.ts'
import { deleteTemplate } from './delete-template.ts'
import { previewTemplate } from './preview-template.ts'
import { createTemplate, updateTemplate, type TemplateInput } from './save-template.ts'
import { listTemplates, readTemplate } from './template-row.ts'

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit()
})
afterAll(() => kit.stop())

const input: TemplateInput = {
  name: '会员日',
  channel: 'sms',
  category: 'marketing',
  signature: '鸿雁',
  body: '尊敬的{{ name | default: "会员" }},今天{{ city }}门店八折',
  optOutText: '拒收请回复R',
}

it('saves, lists, changes and deletes a template, each with its audit row', async () => {
  const ctx = await kit.workspace()
  const made = await createTemplate(ctx, input)
  expect(made).toMatchObject({ name: '会员日', variables: ['name', 'city'], usedByCampaigns: 0 })
  expect(await listTemplates(ctx, { search: '八折' })).toMatchObject([{ id: made.id }])
  expect(await listTemplates(ctx, { search: '没有这样的' })).toEqual([])
  expect(await updateTemplate(ctx, { id: made.id, body: '您好' })).toMatchObject({ body: '您好', signature: '鸿雁', variables: [] })
  await deleteTemplate(ctx, made.id)
  await expect(readTemplate(ctx, made.id)).rejects.toMatchObject({ errorName: 'not-found' })
  const { rows } = await sql<{ action: string }>`select action from audit_log where workspace_id = ${ctx.workspaceId} order by id`.execute(kit.platform.db)
  expect(rows.map((row) => row.action)).toEqual(['template.create', 'template.update', 'template.delete'])
})

it('refuses what could never be sent, pointing at the field', async () => {
  const ctx = await kit.workspace()
  await expect(createTemplate(ctx, { ...input, body: '{% include "x" %}' })).rejects.toMatchObject({ errorName: 'validation', problems: [{ at: 'body.body' }] })
  await expect(createTemplate(ctx, { ...input, optOutText: '' })).rejects.toMatchObject({ problems: [{ at: 'body.optOutText' }] })
  const notice = await createTemplate(ctx, { ...input, category: 'notice', optOutText: '' })
  await expect(updateTemplate(ctx, { id: notice.id, category: 'marketing' })).rejects.toMatchObject({ problems: [{ at: 'body.optOutText' }] })
})

it('keeps names apart within a workspace, and workspaces from each other', async () => {
  const [ctx, other] = [await kit.workspace(), await kit.workspace()]
  const made = await createTemplate(ctx, input)
  await expect(createTemplate(ctx, input)).rejects.toMatchObject({ errorName: 'conflict' })
  await expect(updateTemplate(ctx, { id: (await createTemplate(ctx, { ...input, name: '二' })).id, name: '会员日' })).rejects.toMatchObject({
    errorName: 'conflict',
  })
  await createTemplate(other, input)
  await Promise.all(
    [readTemplate(other, made.id), updateTemplate(other, { id: made.id, name: '改' }), deleteTemplate(other, made.id)].map((attempt) =>
      expect(attempt).rejects.toMatchObject({ errorName: 'not-found' }),
    ),
  )
})

it('does not delete a template that a campaign uses, and says which', async () => {
  const ctx = await kit.workspace()
  const made = await createTemplate(ctx, input)
  await sql`
    insert into campaigns (workspace_id, code, name, template_id, goal) values (${ctx.workspaceId}, 'C1', '双十一', ${made.id}::uuid, '{}')`.execute(
    kit.platform.db,
  )
  await expect(deleteTemplate(ctx, made.id)).rejects.toMatchObject({ errorName: 'precondition', zh: expect.stringContaining('双十一') })
  expect(await readTemplate(ctx, made.id)).toMatchObject({ usedByCampaigns: 1 })
})

it('previews the text as a person would get it', async () => {
  const [ctx, other] = [await kit.workspace(), await kit.workspace()]
  const { rows } = await sql<{ id: number }>`
    insert into people (workspace_id, attributes) values (${ctx.workspaceId}, '{"name": "李四", "city": "杭州"}') returning id::int as id`.execute(
    kit.platform.db,
  )
  const personId = rows[0]!.id
  await sql`insert into identities (workspace_id, namespace, key, person_id, value) values (${ctx.workspaceId}, 'member_no', ${randomUUID()}, ${personId}, 'M001')`.execute(
    kit.platform.db,
  )
  const words = { category: 'marketing' as const, signature: '鸿雁', body: '{{ name }},卡号{{ member_no }}' }
  expect(await previewTemplate(ctx, { ...words, personId })).toMatchObject({ text: '【鸿雁】李四,卡号M001拒收请回复R', missing: [] })
  expect(await previewTemplate(ctx, words)).toMatchObject({ missing: ['name', 'member_no'] })
  await expect(previewTemplate(other, { ...words, personId })).rejects.toMatchObject({ errorName: 'not-found' })
})
