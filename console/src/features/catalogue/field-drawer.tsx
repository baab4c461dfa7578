import { Button, Drawer, Form, Input, Switch } from 'antd'
import { catalogueRoutes, type AttributeDefinition } from '../../../../contracts/catalogue.ts'
import { useAct } from '../../ui/api.ts'
import { FormError } from '../../ui/form-error.tsx'
import { NamedSelect } from '../../ui/named-select.tsx'
import { useText } from '../../ui/text.ts'
import { MeaningSelect } from './meaning-select.tsx'
import { typeOf, type Meaning } from './meaning.ts'
import { RetireField } from './retire-field.tsx'
import { TypeChange } from './type-change.tsx'

interface FieldForm {
  key: string
  label: { zh: string; en: string }
  meaning: Meaning
  unit: string
  options: string[]
  description: string
  pii: boolean
  visible: boolean
}

/** Defines an attribute, or changes what is said about one. Its type is changed apart, with a look at the values first. */
export function FieldDrawer({ field, mayChange = true, onClose }: { field: AttributeDefinition | undefined; mayChange?: boolean; onClose: () => void }) {
  const text = useText('catalogue')
  const common = useText('common')
  const [form] = Form.useForm<FieldForm>()
  const define = useAct(catalogueRoutes.defineAttribute, { showsErrorItself: true, done: common('saved'), onDone: onClose })
  const update = useAct(catalogueRoutes.updateAttribute, { showsErrorItself: true, done: common('saved'), onDone: onClose })
  const save = ({ key, meaning, ...said }: FieldForm): void => {
    const body = { ...said, options: said.options ?? [] }
    if (field) update.mutate({ params: { key: field.key }, body })
    else define.mutate({ body: { ...body, key, ...typeOf(meaning) } })
  }
  const isFixed = field?.key === 'created_at'
  return (
    <Drawer
      open
      size={540}
      title={field ? text('fields.editTitle', { key: field.key }) : text('fields.create')}
      onClose={onClose}
      footer={
        mayChange &&
        !isFixed && (
          <div className="drawer-foot">
            {field && <RetireField field={field} />}
            <Button onClick={onClose}>{common('cancel')}</Button>
            <Button type="primary" loading={define.isPending || update.isPending} onClick={form.submit}>
              {common('save')}
            </Button>
          </div>
        )
      }
    >
      <FormError error={define.error ?? update.error} form={form} />
      {isFixed && <p className="faint">{text('fields.fixed')}</p>}
      <Form form={form} layout="vertical" disabled={!mayChange || isFixed} initialValues={initialOf(field)} onFinish={save}>
        {!field && <NewFields />}
        <div className="form-row">
          <Form.Item name={['label', 'zh']} label={text('fields.labelZh')} rules={[{ max: 40 }]}>
            <Input maxLength={40} />
          </Form.Item>
          <Form.Item name={['label', 'en']} label={text('fields.labelEn')} rules={[{ max: 60 }]}>
            <Input maxLength={60} />
          </Form.Item>
        </div>
        <Form.Item name="unit" label={text('fields.unit')} extra={text('fields.unitHelp')}>
          <Input maxLength={20} />
        </Form.Item>
        <Form.Item name="options" label={text('fields.options')} extra={text('fields.optionsHelp')}>
          <NamedSelect<string[]> label={text('fields.options')} mode="tags" open={false} suffixIcon={null} tokenSeparators={[',', '，', '、', ';', '；']} />
        </Form.Item>
        <Form.Item name="description" label={text('fields.description')}>
          <Input.TextArea maxLength={500} autoSize={{ minRows: 2 }} />
        </Form.Item>
        <Form.Item name="pii" required label={text('fields.pii')} valuePropName="checked" extra={text('fields.piiHelp')}>
          <Switch />
        </Form.Item>
        <Form.Item name="visible" required label={text('fields.visible')} valuePropName="checked" extra={text('fields.visibleHelp')}>
          <Switch />
        </Form.Item>
      </Form>
      {field && mayChange && !isFixed && <TypeChange field={field} />}
    </Drawer>
  )
}

function NewFields() {
  const text = useText('catalogue')
  return (
    <>
      <Form.Item
        name="key"
        label={text('fields.key')}
        extra={text('fields.keyHelp')}
        rules={[{ required: true, pattern: /^[\p{L}_$][\p{L}\p{N}_\-. $]{0,63}$/u, message: text('fields.keyRule') }]}
      >
        <Input autoFocus maxLength={64} />
      </Form.Item>
      <Form.Item name="meaning" required label={text('fields.type')}>
        <MeaningSelect />
      </Form.Item>
    </>
  )
}

function initialOf(field: AttributeDefinition | undefined): Partial<FieldForm> {
  if (!field) return { meaning: 'text', label: { zh: '', en: '' }, unit: '', options: [], description: '', pii: false, visible: true }
  return { ...field, meaning: field.format ?? field.type }
}
