import { Form, Input, Modal } from 'antd'
import { tagRoutes, type TagCategory } from '../../../../contracts/tags.ts'
import { useAct, useRead } from '../../ui/api.ts'
import { FormError } from '../../ui/form-error.tsx'
import { NamedSelect } from '../../ui/named-select.tsx'
import { useText } from '../../ui/text.ts'
import { holdersOf, pathOf } from './category-words.ts'

interface NameForm {
  name: string
  parentId?: string
}

/** Names a new category, or renames one and puts it elsewhere. */
export function CategoryName({ naming, onClose }: { naming: { parentId: string | null } | { category: TagCategory }; onClose: () => void }) {
  const text = useText('tags')
  const common = useText('common')
  const [form] = Form.useForm<NameForm>()
  const categories = useRead(tagRoutes.listTagCategories)
  const create = useAct(tagRoutes.createTagCategory, { showsErrorItself: true, onDone: onClose })
  const update = useAct(tagRoutes.updateTagCategory, { showsErrorItself: true, onDone: onClose })
  const known = categories.data?.items ?? []
  const own = 'category' in naming ? naming.category : undefined
  const places = known.filter((category) => own === undefined || !holdersOf(known, category.id).includes(own.id))
  const initial: NameForm = own
    ? { name: own.name, parentId: own.parentId ?? undefined }
    : { name: '', parentId: ('parentId' in naming && naming.parentId) || undefined }
  const save = ({ name, parentId }: NameForm): void => {
    const body = { name, parentId: parentId ?? null }
    if (own) update.mutate({ params: { id: own.id }, body })
    else create.mutate({ body })
  }
  return (
    <Modal
      open
      title={own ? text('categories.edit') : text('categories.create')}
      okText={common('save')}
      cancelText={common('cancel')}
      onOk={form.submit}
      onCancel={onClose}
      confirmLoading={create.isPending || update.isPending}
    >
      <FormError error={create.error ?? update.error} form={form} />
      <Form form={form} layout="vertical" initialValues={initial} onFinish={save}>
        <Form.Item name="name" label={text('fields.name')} rules={[{ required: true, whitespace: true, max: 40 }]}>
          <Input autoFocus maxLength={40} />
        </Form.Item>
        <Form.Item name="parentId" label={text('categories.parent')}>
          <NamedSelect<string>
            label={text('categories.parent')}
            allowClear
            placeholder={text('categories.top')}
            options={places.map((category) => ({ value: category.id, label: pathOf(known, category.id) }))}
          />
        </Form.Item>
      </Form>
    </Modal>
  )
}
