import { Form, Input, Modal, Select } from 'antd'
import { AttributeType } from '../../../../../contracts/people.ts'
import { catalogueRoutes } from '../../../../../contracts/catalogue.ts'
import { namespaceRoutes, namespaceStrengths, type NamespaceStrength } from '../../../../../contracts/namespaces.ts'
import { tagRoutes } from '../../../../../contracts/tags.ts'
import { useAct } from '../../../ui/api.ts'
import { FormError } from '../../../ui/form-error.tsx'
import { useText } from '../../../ui/text.ts'
import { keyOfHeader } from './mapping-problems.ts'

export type NewFieldKind = 'attribute' | 'tag' | 'namespace'

interface NewFieldProps {
  kind: NewFieldKind
  /** The column it is for. */
  header: string
  index: number
  onDone: (field: string) => void
  onClose: () => void
}

interface Values {
  key: string
  name: string
  type: AttributeType
  tagKind: 'flag' | 'value'
  strength: NamespaceStrength
}

/** An attribute, a tag or a kind of identity made on the way, for the column that brings it. */
export function NewField({ kind, header, index, onDone, onClose }: NewFieldProps) {
  const text = useText('data')
  const common = useText('common')
  const [form] = Form.useForm<Values>()
  const shown = { showsErrorItself: true }
  const attribute = useAct(catalogueRoutes.defineAttribute, { ...shown, onDone: ({ key }) => onDone(`attribute:${key}`) })
  const tag = useAct(tagRoutes.createTag, { ...shown, onDone: ({ id }) => onDone(`tag:${id}`) })
  const namespace = useAct(namespaceRoutes.createNamespace, { ...shown, onDone: ({ key }) => onDone(`identity:${key}`) })
  const submit = ({ key, name, type, tagKind, strength }: Values): void => {
    const label = { zh: name, en: name }
    if (kind === 'attribute') attribute.mutate({ body: { key, type, label } })
    else if (kind === 'tag') tag.mutate({ body: { name, kind: tagKind } })
    else namespace.mutate({ body: { key, label, strength, priority: 500, perPersonMax: 1, pattern: null, normaliser: 'text', secret: false } })
  }
  const initial = {
    key: kind === 'attribute' ? keyOfHeader(header, index) : '',
    name: header.trim().slice(0, 40),
    type: 'text',
    tagKind: 'value',
    strength: 'strong',
  }
  return (
    <Modal
      open
      title={text(`imports.new_${kind}`)}
      okText={text('imports.create')}
      cancelText={common('cancel')}
      onCancel={onClose}
      onOk={form.submit}
      confirmLoading={attribute.isPending || tag.isPending || namespace.isPending}
    >
      <FormError error={attribute.error ?? tag.error ?? namespace.error} form={form} />
      <Form<Values> form={form} layout="vertical" initialValues={initial} onFinish={submit}>
        <Form.Item name="name" label={text('imports.fieldName')} rules={[{ required: true, whitespace: true, max: 40 }]}>
          <Input autoFocus maxLength={40} />
        </Form.Item>
        {kind !== 'tag' && (
          <Form.Item
            name="key"
            label={text('imports.fieldKey')}
            extra={kind === 'namespace' ? text('imports.namespaceKeyHelp') : undefined}
            rules={[{ required: true, max: 64 }]}
          >
            <Input maxLength={64} />
          </Form.Item>
        )}
        {kind === 'attribute' && (
          <Form.Item name="type" label={text('imports.fieldType')}>
            <Select options={AttributeType.options.map((value) => ({ value, label: text(`imports.types.${value}`) }))} />
          </Form.Item>
        )}
        {kind === 'tag' && (
          <Form.Item name="tagKind" label={text('imports.fieldType')}>
            <Select options={(['value', 'flag'] as const).map((value) => ({ value, label: text(`imports.tagKinds.${value}`) }))} />
          </Form.Item>
        )}
        {kind === 'namespace' && (
          <Form.Item name="strength" label={text('imports.strength')}>
            <Select options={namespaceStrengths.map((value) => ({ value, label: text(`imports.strengths.${value}`) }))} />
          </Form.Item>
        )}
      </Form>
    </Modal>
  )
}
