import { Button, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import type { ConnectorPreset } from '../../../../contracts/connector-settings.ts'
import { connectorRoutes } from '../../../../contracts/connectors.ts'
import { useAct, useRead } from '../../ui/api.ts'
import { FormError } from '../../ui/form-error.tsx'
import { useGo } from '../../ui/link.tsx'
import { Loaded } from '../../ui/loading.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'
import './connectors.css'

const groups = ['shop', 'general', 'pull', 'log'] as const

/** What a connector can begin as; everything can be changed afterwards. */
export function NewConnectorPage() {
  const text = useText('connectors')
  const presets = useRead(connectorRoutes.listConnectorPresets)
  const [chosen, setChosen] = useState<ConnectorPreset>()
  return (
    <>
      <PageHeader title={text('create')} parent={{ label: text('title'), to: '/data/connectors' }} lead={text('gallery.lead')} />
      <Loaded query={presets}>
        {({ items }) =>
          groups.map((group) => (
            <section key={group} className="connector-gallery">
              <h2>{text(`gallery.${group}`)}</h2>
              <ul>
                {items
                  .filter((preset) => preset.group === group)
                  .map((preset) => (
                    <PresetCard key={preset.id} preset={preset} onChoose={() => setChosen(preset)} />
                  ))}
              </ul>
            </section>
          ))
        }
      </Loaded>
      {chosen && <NameConnector preset={chosen} onClose={() => setChosen(undefined)} />}
    </>
  )
}

function PresetCard({ preset, onChoose }: { preset: ConnectorPreset; onChoose: () => void }) {
  const text = useText('connectors')
  const pick = useLocaleText()
  return (
    <li className="connector-preset">
      <h3>{pick(preset.label)}</h3>
      <p>{pick(preset.description)}</p>
      <Button size="small" onClick={onChoose} aria-label={`${text('gallery.choose')} ${pick(preset.label)}`}>
        {text('gallery.choose')}
      </Button>
    </li>
  )
}

function NameConnector({ preset, onClose }: { preset: ConnectorPreset; onClose: () => void }) {
  const text = useText('connectors')
  const common = useText('common')
  const pick = useLocaleText()
  const go = useGo()
  const [form] = Form.useForm<{ name: string }>()
  const create = useAct(connectorRoutes.createConnector, { showsErrorItself: true, onDone: ({ id }) => go(`/data/connectors/${id}`) })
  return (
    <Modal open title={pick(preset.label)} okText={common('create')} onCancel={onClose} onOk={form.submit} confirmLoading={create.isPending}>
      <FormError error={create.error} form={form} />
      {preset.limits.length > 0 && (
        <ul className="connector-limits">
          {preset.limits.map((limit) => (
            <li key={limit.en}>{pick(limit)}</li>
          ))}
        </ul>
      )}
      <Form
        form={form}
        layout="vertical"
        initialValues={{ name: pick(preset.label) }}
        onFinish={({ name }) => create.mutate({ body: { name, preset: preset.id } })}
      >
        <Form.Item name="name" label={text('name')} extra={text('nameHelp')} rules={[{ required: true, whitespace: true, max: 80 }]}>
          <Input autoFocus />
        </Form.Item>
      </Form>
    </Modal>
  )
}
