import { MoreOutlined } from '@ant-design/icons'
import { Button, Dropdown, Tooltip } from 'antd'
import { useState } from 'react'
import type { Segment } from '../../../../../contracts/audience.ts'
import { useGo } from '../../../ui/link.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useText } from '../../../ui/text.ts'
import { useAskToDelete } from '../segments/use-delete-segment.ts'
import { SaveAsNew } from './save-as-new.tsx'
import type { Saving, SegmentValues } from './use-save-segment.ts'

interface SegmentButtonsProps {
  values: SegmentValues
  segment?: Segment
  isDirty: boolean
  isFinished: boolean
  saving: Saving
  onLeave: () => void
}

/** Save, and what else can be done with the segment. */
export function SegmentButtons({ values, segment, isDirty, isFinished, saving, onLeave }: SegmentButtonsProps) {
  const text = useText('audience')
  const segments = useText('segments')
  const common = useText('common')
  const go = useGo()
  const [isCopying, setCopying] = useState(false)
  return (
    <>
      {segment && <Button onClick={() => go(`/segments/${segment.id}/people`)}>{segments('people.title')}</Button>}
      {segment && (
        <PermissionGate permission="campaigns.write">
          <Button onClick={() => go(`/campaigns/new?segmentId=${segment.id}`)}>{text('editor.campaign')}</Button>
        </PermissionGate>
      )}
      <PermissionGate permission="audience.write">
        {segment && <MoreActions segment={segment} isFinished={isFinished} onCopy={() => setCopying(true)} onLeave={onLeave} />}
        <Tooltip title={isFinished ? undefined : text('editor.unfinished')}>
          <Button type="primary" disabled={!isFinished || (segment !== undefined && !isDirty)} loading={saving.isSaving} onClick={() => saving.save(values)}>
            {common('save')}
          </Button>
        </Tooltip>
        {isCopying && <SaveAsNew values={values} onClose={() => setCopying(false)} onLeave={onLeave} />}
      </PermissionGate>
    </>
  )
}

function MoreActions({ segment, isFinished, onCopy, onLeave }: { segment: Segment; isFinished: boolean; onCopy: () => void; onLeave: () => void }) {
  const text = useText('audience')
  const lookalike = useText('lookalike')
  const go = useGo()
  const askToDelete = useAskToDelete(() => {
    onLeave()
    go('/segments', { replace: true })
  })
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'lookalike', label: lookalike('new'), onClick: () => go(`/lookalikes?seed=${segment.id}`) },
          { key: 'copy', label: text('editor.saveAs'), disabled: !isFinished, onClick: onCopy },
          { key: 'delete', label: text('delete.verb'), danger: true, onClick: () => askToDelete(segment) },
        ],
      }}
    >
      <Button icon={<MoreOutlined />} aria-label={text('editor.more')} />
    </Dropdown>
  )
}
