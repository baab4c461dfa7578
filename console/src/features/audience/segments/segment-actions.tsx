import { MoreOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { useState } from 'react'
import { audienceRoutes, type Segment } from '../../../../../contracts/audience.ts'
import { routeUrl } from '../../../../../contracts/client.ts'
import { segmentLimits, segmentRoutes } from '../../../../../contracts/segments.ts'
import { useAct } from '../../../ui/api.ts'
import { formatCount } from '../../../ui/format.ts'
import { KeepAsSegment } from '../../../ui/keep-as-segment.tsx'
import { useGo } from '../../../ui/link.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useSession } from '../../../ui/session-context.ts'
import { useLocale, useText } from '../../../ui/text.ts'
import { RenameSegment } from './rename-segment.tsx'
import { useAskToDelete } from './use-delete-segment.ts'

/** What can be done with a segment's people: use them; the rest stands in a menu. */
export function SegmentActions({ segment }: { segment: Segment }) {
  const text = useText('segments')
  const audience = useText('audience')
  const go = useGo()
  const refresh = useAct(audienceRoutes.refreshSegment, { done: text('people.refreshed') })
  const isDynamic = segment.kind === 'dynamic'
  return (
    <>
      {isDynamic && <Button onClick={() => go(`/segments/${segment.id}`)}>{text('people.edit')}</Button>}
      <PermissionGate permission="campaigns.write">
        <Button onClick={() => go(`/campaigns/new?segmentId=${segment.id}`)}>{audience('editor.campaign')}</Button>
      </PermissionGate>
      <PermissionGate permission="audience.write">
        <MoreActions segment={segment} />
        {isDynamic && (
          <Button type="primary" loading={refresh.isPending} onClick={() => refresh.mutate({ params: { id: segment.id } })}>
            {text('people.refresh')}
          </Button>
        )}
      </PermissionGate>
    </>
  )
}

function MoreActions({ segment }: { segment: Segment }) {
  const text = useText('segments')
  const audience = useText('audience')
  const lookalike = useText('lookalike')
  const go = useGo()
  const [opened, setOpened] = useState<'keep' | 'rename' | null>(null)
  const isPaused = segment.freshness.state === 'paused'
  const pause = useAct(audienceRoutes.updateSegment, { done: text(isPaused ? 'people.resumed' : 'people.paused') })
  const askToDelete = useAskToDelete(() => go('/segments', { replace: true }))
  const dynamic = { key: 'pause', label: text(isPaused ? 'people.resume' : 'people.pause') }
  const chosen: Record<string, () => void> = {
    lookalike: () => go(`/lookalikes?seed=${segment.id}`),
    keep: () => setOpened('keep'),
    rename: () => setOpened('rename'),
    pause: () => pause.mutate({ params: { id: segment.id }, body: { paused: !isPaused } }),
    delete: () => askToDelete(segment),
  }
  const items = [
    { key: 'export', ...useExport(segment) },
    { key: 'lookalike', label: lookalike('new') },
    { key: 'keep', label: text('people.snapshot') },
    ...(segment.kind === 'dynamic' ? [dynamic] : [{ key: 'rename', label: text('people.rename') }]),
    { key: 'delete', label: audience('delete.verb'), danger: true },
  ]
  return (
    <>
      <Dropdown trigger={['click']} menu={{ items, onClick: ({ key }) => chosen[key]?.() }}>
        <Button icon={<MoreOutlined />} aria-label={audience('editor.more')} loading={pause.isPending} />
      </Dropdown>
      {opened === 'keep' && (
        <KeepAsSegment
          of={{ kind: 'segment', segmentId: segment.id }}
          name={text('keep.snapshotOf', { name: segment.name, date: segment.freshness.asOf?.slice(0, 10) ?? '' })}
          onClose={() => setOpened(null)}
        />
      )}
      {opened === 'rename' && <RenameSegment segment={segment} onClose={() => setOpened(null)} />}
    </>
  )
}

/** A link the browser downloads; where the list is too long it says so instead of failing. */
function useExport(segment: Segment) {
  const text = useText('segments')
  const locale = useLocale()
  const { workspace } = useSession()
  const { exportMax } = segmentLimits
  if ((segment.count ?? 0) > exportMax) return { label: text('people.exportTooMany', { max: formatCount(exportMax, locale) }), disabled: true }
  const url = routeUrl(segmentRoutes.downloadSegmentMembers, { workspaceId: workspace.workspaceId, id: segment.id })
  return {
    label: (
      <a href={url} title={text('people.exportHint')} download>
        {text('people.export')}
      </a>
    ),
  }
}
