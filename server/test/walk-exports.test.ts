import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { beginImport, finishImport } from '../src/collect/imports/testing/import-kit.ts'
import { splitRows } from '../src/collect/imports/split-rows.ts'
import type { Context } from '../src/access/index.ts'
import { createStaticSegment } from '../src/audience/segments/static-segments.ts'
import { startTestKit, type TestKit } from './kit.ts'
import { ask, cookiesOf, fillWorkspace, paramsPointingAt, workspaceRoutes, type Belongings } from './walk.ts'

let kit: TestKit
let app: FastifyInstance
beforeAll(async () => {
  kit = await startTestKit()
  app = await kit.http()
})
afterAll(() => kit.stop())

const formula = '=HYPERLINK("http://x","y")'

/** Puts a formula where the export of a route shows it; answers the params to ask with. A new export without a line here fails. */
const plants: Record<string, (ctx: Context, belongings: Belongings) => Promise<Record<string, string>>> = {
  downloadBadRows: async (ctx) => {
    const file = {
      content: `phone,=name,备注\n138,"${formula.replaceAll('"', '""')}",+1\n139,@SUM(A1),\tx\n`,
      target: 'people' as const,
      mapping: { phone: 'phone' },
    }
    return { id: (await finishImport(ctx, await beginImport(ctx, file))).id }
  },
  downloadSegmentMembers: async (ctx, { personId }) => {
    await sql`update people set attributes = jsonb_build_object('name', ${formula}::text, 'city', '+1') where id = ${personId}`.execute(kit.platform.db)
    const segment = await createStaticSegment(ctx, { name: '名单', description: '', of: { kind: 'people', personIds: [personId] } })
    return { id: segment.id }
  },
  downloadQuarantine: async (ctx, belongings) => {
    await sql`update sources set name = ${formula} where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
    await sql`update quarantine set event = '-2+3' where id = ${belongings.id['quarantine']}::uuid`.execute(kit.platform.db)
    return {}
  },
}

test.each(workspaceRoutes.filter(({ route }) => route.transport === 'file'))('$name gives a spreadsheet nothing to run', async ({ name, route }) => {
  const ctx = await kit.workspace()
  const belongings = await fillWorkspace(kit, ctx)
  const plant = plants[name]
  if (!plant) throw new Error(`Say in plants how ${name} comes to show a formula`)
  const params = { workspaceId: ctx.workspaceId, ...paramsPointingAt(route, belongings), ...(await plant(ctx, belongings)) }
  const answer = await ask(app, route, await cookiesOf(ctx), { params })
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8'])
  const { rows } = splitRows(answer.body.slice(1), { delimiter: ',', line: 1, isLast: true, rowsMax: 1000 })
  const cells = rows.flatMap((row) => row.values)
  expect(rows.length).toBeGreaterThan(1)
  expect(cells.filter((cell) => cell.startsWith(`'`)).length).toBeGreaterThan(0)
  expect(cells.filter((cell) => /^[\t\r\n ]*[=+\-@＝＋－＠]/.test(cell) && !/^-?[\d.]+$/.test(cell))).toEqual([])
})
