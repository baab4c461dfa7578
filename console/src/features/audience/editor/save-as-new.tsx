import { audienceRoutes } from '../../../../../contracts/audience.ts'
import { useAct } from '../../../ui/api.ts'
import { FormModal } from '../../../ui/form-modal.tsx'
import { useGo } from '../../../ui/link.tsx'
import { useText } from '../../../ui/text.ts'
import { SegmentNameItem } from '../segment-name-item.tsx'
import type { SegmentValues } from './use-save-segment.ts'

/** The rule as it stands under another name; the segment itself stays as it was saved. */
export function SaveAsNew({ values, onClose, onLeave }: { values: SegmentValues; onClose: () => void; onLeave: () => void }) {
  const text = useText('audience')
  const common = useText('common')
  const go = useGo()
  const create = useAct(audienceRoutes.createSegment, {
    showsErrorItself: true,
    done: text('editor.done'),
    onDone: (made) => {
      onLeave()
      onClose()
      go(`/segments/${made.id}`)
    },
  })
  return (
    <FormModal<{ name: string }>
      title={text('editor.saveAs')}
      verb={common('save')}
      initial={{ name: text('editor.copyOf', { name: values.name }).slice(0, 80) }}
      error={create.error}
      isPending={create.isPending}
      onSubmit={({ name }) => create.mutate({ body: { ...values, name } })}
      onClose={onClose}
    >
      <SegmentNameItem />
    </FormModal>
  )
}
