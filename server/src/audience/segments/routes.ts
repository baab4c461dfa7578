import { Readable } from 'node:stream'
import type { segmentRoutes } from '../../../../contracts/segments.ts'
import type { Handlers } from '../../access/index.ts'
import { listPeople } from '../../people/index.ts'
import { downloadSegmentMembers } from './download-members.ts'
import { overlapSegments } from './overlap-segments.ts'
import { previewSegmentChange } from './preview-change.ts'
import { readSegmentRefresh } from './read-refresh.ts'
import { countSegmentMoves, readSegmentHistory } from './segment-history.ts'
import { changeSegmentMembers, createStaticSegment } from './static-segments.ts'

export const segmentHandlers: Handlers<typeof segmentRoutes> = {
  readSegmentRefresh: ({ ctx }) => readSegmentRefresh(ctx),
  createStaticSegment: ({ ctx, body }) => createStaticSegment(ctx, body),
  changeSegmentMembers: ({ ctx, params, body }) => changeSegmentMembers(ctx, { id: params.id, ...body }),
  downloadSegmentMembers: async ({ ctx, params, reply }) => {
    const lines = await downloadSegmentMembers(ctx, params.id)
    void reply
      .header('content-type', 'text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="segment-${params.id}.csv"`)
      .send(Readable.from(lines))
    return ''
  },
  listSetPeople: ({ ctx, body: { of, ...page } }) => listPeople(ctx, { set: of, ...page }),
  readSegmentHistory: ({ ctx, params, query }) => readSegmentHistory(ctx, { id: params.id, ...query }),
  countSegmentMoves: ({ ctx, params, query }) => countSegmentMoves(ctx, { id: params.id, ...query }),
  previewSegmentChange: ({ ctx, params, body }) => previewSegmentChange(ctx, { id: params.id, ...body }),
  overlapSegments: ({ ctx, body }) => overlapSegments(ctx, body.segmentIds),
}
