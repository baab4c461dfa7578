import { Navigate, useParams } from 'react-router'
import { audienceRoutes } from '../../../../../contracts/audience.ts'
import { useRead } from '../../../ui/api.ts'
import { Loaded } from '../../../ui/loading.tsx'
import { SegmentEditor } from './segment-editor.tsx'

export function SegmentPage() {
  const { id = '' } = useParams()
  const segment = useRead(audienceRoutes.readSegment, { params: { id } })
  return (
    <Loaded query={segment}>
      {(data) => (data.kind === 'static' ? <Navigate to="people" replace relative="path" /> : <SegmentEditor key={data.id} saved={data} segment={data} />)}
    </Loaded>
  )
}
