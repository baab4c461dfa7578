import { Form, Input } from 'antd'
import { audienceRoutes, type Segment } from '../../../../../contracts/audience.ts'
import { useAct } from '../../../ui/api.ts'
import { FormModal } from '../../../ui/form-modal.tsx'
import { useText } from '../../../ui/text.ts'
import { SegmentNameItem } from '../segment-name-item.tsx'

/** Name and description of a list, which has no rule and so no page to edit it on. */
export function RenameSegment({ segment, onClose }: { segment: Segment; onClose: () => void }) {
  const text = useText('audience')
  const common = useText('common')
  const segments = useText('segments')
  const { name, description } = segment
  const update = useAct(audienceRoutes.updateSegment, { showsErrorItself: true, done: text('editor.done'), onDone: onClose })
  return (
    <FormModal<Pick<Segment, 'name' | 'description'>>
      title={segments('people.rename')}
      verb={common('save')}
      initial={{ name, description }}
      error={update.error}
      isPending={update.isPending}
      onSubmit={(body) => update.mutate({ params: { id: segment.id }, body })}
      onClose={onClose}
    >
      <SegmentNameItem />
      <Form.Item name="description" label={text('editor.description')}>
        <Input maxLength={500} placeholder={text('editor.descriptionPlaceholder')} />
      </Form.Item>
    </FormModal>
  )
}
