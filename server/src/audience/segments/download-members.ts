import { segmentLimits } from '../../../../contracts/segments.ts'
import type { PersonRow } from '../../../../contracts/people.ts'
import { writeAudit, type Context } from '../../access/index.ts'
import { listPeople } from '../../people/index.ts'
import { csvLine, csvStart } from '../../platform/csv.ts'
import { AppError } from '../../platform/errors.ts'
import { readSegment } from '../segment-row.ts'
import { readStoredSets } from './stored-sets.ts'

const rowsPerPage = 200

/**
 * The members of a segment's stored set as CSV, addresses masked and personal attributes left out, as the list shows them; leaves an audit row. One run's set is read from
 * start to end, so that a refresh meanwhile neither adds a line nor leaves one out. @throws `precondition` past the limit
 */
export async function downloadSegmentMembers(ctx: Context, id: string): Promise<AsyncGenerator<string>> {
  const segment = await readSegment(ctx, id)
  const [set] = await readStoredSets(ctx, [id])
  const { run } = set!
  const count = segment.count ?? 0
  if (count > segmentLimits.exportMax) throw tooMany(count)
  await writeAudit(ctx.platform.db, ctx, { action: 'segment.export', targetKind: 'segment', targetId: segment.id, detail: { name: segment.name, count } })
  async function* pages(): AsyncGenerator<string> {
    yield csvStart + csvLine(['客户 ID person id', '会员号 member no', '姓名 name', '手机 phone', '邮箱 e-mail', '城市 city', '注册时间 registered at'])
    for (let cursor: string | undefined; ;) {
      const page = await listPeople(ctx, { set: { kind: 'segment', segmentId: segment.id }, run, cursor, limit: rowsPerPage })
      yield page.items.map(lineOf).join('')
      if (page.nextCursor === undefined) return
      cursor = page.nextCursor
    }
  }
  return pages()
}

function lineOf(person: PersonRow): string {
  return csvLine([person.personId, person.memberNo, person.name, person.phone, person.email, person.city, person.createdAt])
}

function tooMany(count: number): AppError {
  return new AppError('precondition', {
    zh: `分群有 ${count} 人，一次最多导出 ${segmentLimits.exportMax} 人；请先用规则把人群分小`,
    en: `The segment holds ${count} people, and an export at most ${segmentLimits.exportMax}; split it by a rule first`,
  })
}
