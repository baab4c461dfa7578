import { Button, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { accessRoutes } from '../../../../../contracts/access.ts'
import { layerRoutes, LayerPlay, type Layer, type LayerModel } from '../../../../../contracts/layers.ts'
import { useAct, useRead } from '../../../ui/api.ts'
import { FormError } from '../../../ui/form-error.tsx'
import { Link, peoplePath } from '../../../ui/link.tsx'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { Count } from '../../../ui/values.tsx'
import { LayerDot, layerStyle } from '../../../ui/layer-mark.tsx'

/** What is done for the people of each layer, by whom, and how success is told. */
export function Playbook({ model }: { model: LayerModel }) {
  const [edited, setEdited] = useState<string>()
  const layer = model.layers.find(({ name }) => name === edited)
  return (
    <div className="layer-cards">
      {model.layers.map((each) => (
        <PlayCard key={each.name} model={model} layer={each} onEdit={() => setEdited(each.name)} />
      ))}
      {layer && <PlayForm model={model} layer={layer} onClose={() => setEdited(undefined)} />}
    </div>
  )
}

const written = ['goal', 'actions', 'script', 'metric'] as const

function PlayCard({ model, layer, onEdit }: { model: LayerModel; layer: Layer; onEdit: () => void }) {
  const text = useText('layers')
  const pick = useLocaleText()
  const members = useRead(accessRoutes.listMembers)
  const { play } = layer
  const owner = members.data?.items.find(({ id }) => id === play.ownerId)
  return (
    <section className="panel">
      <div className="panel-body">
        <div className="layer-card-head">
          <h2 className="layer-dot" style={layerStyle(layer.colour)}>
            {pick(layer.label)}
          </h2>
          <Link to={peoplePath({ modelId: model.id, layer: layer.name })}>
            <Count value={layer.count} />
          </Link>
        </div>
        {written.every((key) => play[key] === '') && <p className="faint">{text('play.nothing')}</p>}
        <dl className="layer-facts">
          {written
            .filter((key) => play[key] !== '')
            .map((key) => (
              <div key={key}>
                <dt>{text(`play.${key}`)}</dt>
                <dd>{play[key]}</dd>
              </div>
            ))}
          {owner && (
            <div>
              <dt>{text('play.owner')}</dt>
              <dd>{owner.name}</dd>
            </div>
          )}
        </dl>
        <PermissionGate permission="audience.write">
          <Button size="small" onClick={onEdit} aria-label={text('play.editOf', { layer: pick(layer.label) })}>
            {text('play.edit')}
          </Button>
        </PermissionGate>
      </div>
    </section>
  )
}

interface PlayFields extends Omit<LayerPlay, 'label'> {
  zh: string
  en: string
}

function PlayForm({ model, layer, onClose }: { model: LayerModel; layer: Layer; onClose: () => void }) {
  const text = useText('layers')
  const common = useText('common')
  const pick = useLocaleText()
  const [form] = Form.useForm<PlayFields>()
  const members = useRead(accessRoutes.listMembers)
  const models = useRead(layerRoutes.listLayerModels)
  const save = useAct(layerRoutes.updateLayerPlay, { showsErrorItself: true, done: text('saved'), onDone: onClose })
  const { label, ...play } = layer.play
  const submit = ({ zh, en, ...fields }: PlayFields): void => {
    const own = zh === '' && en === '' ? null : { zh: zh === '' ? en : zh, en: en === '' ? zh : en }
    save.mutate({
      params: { id: model.id, layer: layer.name },
      body: { ...fields, label: own, ownerId: fields.ownerId ?? null, splitBy: fields.splitBy ?? null },
    })
  }
  const others = (models.data?.items ?? []).filter(({ id }) => id !== model.id).map(({ id, name }) => ({ value: id, label: name }))
  const owners = (members.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))
  const colours = LayerPlay.shape.colour.unwrap().options
  return (
    <Modal
      open
      title={text('play.editOf', { layer: pick(layer.label) })}
      okText={common('save')}
      cancelText={common('cancel')}
      confirmLoading={save.isPending}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <FormError error={save.error} form={form} />
      <Form form={form} layout="vertical" initialValues={{ ...play, zh: label?.zh ?? '', en: label?.en ?? '' }} onFinish={submit}>
        <div className="layer-fields">
          <Form.Item name="zh" label={text('play.label')} extra={text('play.labelHelp')}>
            <Input maxLength={40} placeholder={layer.label.zh} />
          </Form.Item>
          <Form.Item name="en" label={text('play.labelEn')}>
            <Input maxLength={60} placeholder={layer.label.en} />
          </Form.Item>
        </div>
        <Form.Item name="goal" label={text('play.goal')}>
          <Input maxLength={500} />
        </Form.Item>
        <Form.Item name="actions" label={text('play.actions')}>
          <Input.TextArea rows={3} maxLength={2000} />
        </Form.Item>
        <Form.Item name="script" label={text('play.script')}>
          <Input.TextArea rows={3} maxLength={2000} />
        </Form.Item>
        <Form.Item name="metric" label={text('play.metric')}>
          <Input maxLength={200} />
        </Form.Item>
        <div className="layer-fields">
          <Form.Item name="ownerId" label={text('play.owner')}>
            <NamedSelect label={text('play.owner')} allowClear placeholder={text('play.nobody')} options={owners} />
          </Form.Item>
          <Form.Item name="colour" label={text('play.colour')}>
            <NamedSelect
              label={text('play.colour')}
              options={colours.map((colour) => ({
                value: colour,
                label: <LayerDot colour={colour}>{text(`play.colours.${colour}`)}</LayerDot>,
              }))}
            />
          </Form.Item>
        </div>
        <Form.Item name="splitBy" label={text('play.splitBy')} extra={text('play.splitHelp')}>
          <NamedSelect label={text('play.splitBy')} allowClear options={others} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
