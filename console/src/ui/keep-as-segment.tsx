import { Form, Input } from 'antd'
import { segmentRoutes, type PeopleSet } from '../../../contracts/segments.ts'
import { useAct } from './api.ts'
import { FormModal } from './form-modal.tsx'
import { useGo } from './link.tsx'
import { useText } from './text.ts'

/** Any people as a static segment, which then opens. */
export function KeepAsSegment({ of, name, onClose }: { of: PeopleSet; name: string; onClose: () => void }) {
  const text = useText('segments')
  const common = useText('common')
  const go = useGo()
  const create = useAct(segmentRoutes.createStaticSegment, {
    showsErrorItself: true,
    done: text('keep.done'),
    onDone: (made) => {
      onClose()
      go(`/segments/${made.id}/people`)
    },
  })
  return (
    <FormModal<{ name: string }>
      title={text('keep.title')}
      verb={common('save')}
      lead={text('keep.lead')}
      initial={{ name: name.slice(0, 80) }}
      error={create.error}
      isPending={create.isPending}
      onSubmit={(values) => create.mutate({ body: { name: values.name, description: '', of } })}
      onClose={onClose}
    >
      <Form.Item name="name" label={text('keep.name')} rules={[{ required: true, whitespace: true, max: 80, message: text('keep.nameless') }]}>
        <Input autoFocus maxLength={80} />
      </Form.Item>
    </FormModal>
  )
}
