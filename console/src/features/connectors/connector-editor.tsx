import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { connectorRoutes, type ConnectorDetail } from '../../../../contracts/connectors.ts'
import { useAct, useRead } from '../../ui/api.ts'
import { FormError } from '../../ui/form-error.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useText } from '../../ui/text.ts'
import { useUrlState } from '../../ui/url-state.ts'
import { DraftAsJson } from './draft-as-json.tsx'
import { typedSecrets, type EditorValues } from './editor-values.ts'
import { HttpSettings } from './http-settings.tsx'
import { LogSettings } from './log-settings.tsx'
import { MappingFields } from './mapping-fields.tsx'
import { PullPreview } from './pull-preview.tsx'
import { SqlSettings } from './sql-settings.tsx'
import { TryPane } from './try-pane.tsx'
import { WebhookFields } from './webhook-fields.tsx'
import { WhereToPost } from './where-to-post.tsx'

/** The settings of a connector as a form whose fields are named as the contract names them, so that every problem finds its field. */
export function ConnectorEditor({ connector }: { connector: ConnectorDetail }) {
  const text = useText('connectors')
  const common = useText('common')
  const mayManage = useMay()('data.manage')
  const presets = useRead(connectorRoutes.listConnectorPresets)
  const preset = presets.data?.items.find(({ id }) => id === connector.preset)
  const [form] = Form.useForm<EditorValues>()
  const [{ opened }] = useUrlState('opened')
  const [isJson, setIsJson] = useState(false)
  const update = useAct(connectorRoutes.updateConnector, {
    showsErrorItself: true,
    done: common('saved'),
    onDone: () => form.setFieldsValue({ secrets: {} }),
  })
  const valuesNow = (): EditorValues => form.getFieldsValue(true) as EditorValues
  const save = (): void => {
    const { name, draft, secrets } = valuesNow()
    update.mutate({ params: { id: connector.id }, body: { name, draft, secrets: typedSecrets(secrets) } })
  }
  const { kind } = connector
  return (
    <Form<EditorValues>
      form={form}
      layout="vertical"
      initialValues={{ name: connector.name, draft: connector.draft, secrets: {} }}
      onFinish={save}
      disabled={!mayManage}
      scrollToFirstError
      requiredMark={false}
    >
      <FormError error={update.error} form={form} />
      {connector.url !== null && <WhereToPost connector={connector} preset={preset} />}
      <Panel title={text('basics')}>
        <Form.Item name="name" label={text('name')} rules={[{ required: true, whitespace: true, max: 80 }]}>
          <Input className="connector-name" />
        </Form.Item>
        {kind === 'webhook' && <WebhookFields hints={connector.secretHints} labels={preset?.secrets ?? []} />}
        {kind === 'httpPull' && <HttpSettings hints={connector.secretHints} />}
        {kind === 'sqlPull' && <SqlSettings hints={connector.secretHints} />}
        {kind === 'accessLog' && <LogSettings />}
      </Panel>
      {(kind === 'webhook' || kind === 'accessLog') && <TryPane key={opened} opened={opened} connector={connector} sample={preset?.sample ?? null} />}
      {(kind === 'httpPull' || kind === 'sqlPull') && <PullPreview connector={connector} />}
      {kind !== 'accessLog' && <MappingFields />}
      {mayManage && (
        <div className="connector-save">
          <Button onClick={() => setIsJson(true)}>{text('json.open')}</Button>
          <Button type="primary" htmlType="submit" loading={update.isPending}>
            {common('save')}
          </Button>
        </div>
      )}
      {isJson && (
        <DraftAsJson
          draft={valuesNow().draft}
          onClose={() => setIsJson(false)}
          onTake={(draft) => {
            form.setFieldValue('draft', draft)
            setIsJson(false)
          }}
        />
      )}
    </Form>
  )
}
