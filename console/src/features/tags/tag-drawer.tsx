import { Button, Drawer, Form, Input, InputNumber, Radio, Switch, Tag as AntdTag } from 'antd'
import { accessRoutes } from '../../../../contracts/access.ts'
import { tagColours, tagLimits, tagRoutes, type Tag, type TagColour, type TagKind } from '../../../../contracts/tags.ts'
import { useAct, useRead } from '../../ui/api.ts'
import { FormError } from '../../ui/form-error.tsx'
import { NamedSelect } from '../../ui/named-select.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useText } from '../../ui/text.ts'
import { pathOf } from './category-words.ts'
import { colourName } from './colour-name.ts'

interface TagForm {
  name: string
  description: string
  kind: TagKind
  values: string[]
  single: boolean
  categoryId?: string
  colour: TagColour
  ownerId?: string
  expiresAfterDays?: number | null
}

/** Makes a tag, or changes one; whether it carries values is decided once. */
export function TagDrawer({ tag, categoryId, onClose }: { tag: Tag | undefined; categoryId?: string; onClose: () => void }) {
  const text = useText('tags')
  const common = useText('common')
  const [form] = Form.useForm<TagForm>()
  const kind = Form.useWatch('kind', form) ?? tag?.kind ?? 'flag'
  const create = useAct(tagRoutes.createTag, { showsErrorItself: true, done: common('saved'), onDone: onClose })
  const update = useAct(tagRoutes.updateTag, { showsErrorItself: true, done: common('saved'), onDone: onClose })
  const save = ({ single, kind: chosen, categoryId: category, ownerId, expiresAfterDays, ...values }: TagForm): void => {
    const body = {
      ...values,
      values: values.values ?? [],
      many: !single,
      categoryId: category ?? null,
      ownerId: ownerId ?? null,
      expiresAfterDays: expiresAfterDays ?? null,
    }
    if (tag) update.mutate({ params: { id: tag.id }, body })
    else create.mutate({ body: { ...body, kind: chosen } })
  }
  return (
    <Drawer
      open
      size={520}
      title={tag ? text('editTitle', { name: tag.name }) : text('create')}
      onClose={onClose}
      footer={
        <div className="drawer-foot">
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="primary" loading={create.isPending || update.isPending} onClick={form.submit}>
            {common('save')}
          </Button>
        </div>
      }
    >
      <FormError error={create.error ?? update.error} form={form} />
      <Form form={form} layout="vertical" initialValues={initialOf(tag, categoryId)} onFinish={save}>
        <Form.Item name="name" label={text('fields.name')} rules={[{ required: true, whitespace: true, max: 40 }]}>
          <Input autoFocus={!tag} maxLength={40} />
        </Form.Item>
        <Form.Item name="kind" required label={text('fields.kind')} extra={text(`kinds.${kind}Help`)}>
          <Radio.Group
            disabled={tag !== undefined}
            optionType="button"
            options={(['flag', 'value'] as const).map((one) => ({ value: one, label: text(`kinds.${one}`) }))}
          />
        </Form.Item>
        {kind === 'value' && <ValueFields />}
        <PlaceFields />
        <Form.Item name="colour" required label={text('fields.colour')}>
          <Radio.Group className="colour-choices">
            {tagColours.map((colour) => (
              <Radio key={colour} value={colour}>
                <AntdTag color={colourName(colour)}>{text(`colours.${colour}`)}</AntdTag>
              </Radio>
            ))}
          </Radio.Group>
        </Form.Item>
        <Form.Item name="expiresAfterDays" label={text('fields.expiry')} extra={text('expiryHelp')}>
          <InputNumber min={1} max={3650} precision={0} suffix={text('dayUnit')} placeholder={text('never')} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="description" label={text('fields.description')} extra={text('descriptionHelp')}>
          <Input.TextArea maxLength={500} autoSize={{ minRows: 2 }} />
        </Form.Item>
      </Form>
    </Drawer>
  )
}

function initialOf(tag: Tag | undefined, categoryId: string | undefined): TagForm {
  if (!tag) return { name: '', description: '', kind: 'flag', values: [], single: false, colour: 'blue', categoryId }
  return { ...tag, single: !tag.many, categoryId: tag.categoryId ?? undefined, ownerId: tag.ownerId ?? undefined }
}

function ValueFields() {
  const text = useText('tags')
  return (
    <>
      <Form.Item name="values" label={text('fields.values')} extra={text('valuesHelp')}>
        <NamedSelect<string[]>
          label={text('fields.values')}
          mode="tags"
          open={false}
          suffixIcon={null}
          tokenSeparators={[',', '，', '、', ';', '；']}
          maxCount={tagLimits.valuesMax}
        />
      </Form.Item>
      <Form.Item name="single" required label={text('fields.single')} valuePropName="checked" extra={text('singleHelp')}>
        <Switch />
      </Form.Item>
    </>
  )
}

function PlaceFields() {
  const text = useText('tags')
  const may = useMay()
  const categories = useRead(tagRoutes.listTagCategories)
  const members = useRead(accessRoutes.listMembers, { enabled: may('members.manage') })
  const known = categories.data?.items ?? []
  return (
    <>
      <Form.Item name="categoryId" label={text('fields.category')}>
        <NamedSelect<string>
          label={text('fields.category')}
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={text('categories.none')}
          options={known.map((category) => ({ value: category.id, label: pathOf(known, category.id) }))}
        />
      </Form.Item>
      {may('members.manage') && (
        <Form.Item name="ownerId" label={text('fields.owner')} extra={text('ownerHelp')}>
          <NamedSelect<string>
            label={text('fields.owner')}
            allowClear
            options={members.data?.items.map(({ id, name }) => ({ value: id, label: name })) ?? []}
          />
        </Form.Item>
      )}
    </>
  )
}
