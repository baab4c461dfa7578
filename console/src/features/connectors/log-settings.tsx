import { Form, Input, Select, Switch } from 'antd'
import { useText } from '../../ui/text.ts'
import { ListField } from './list-field.tsx'
import { useNamespaceOptions } from './use-namespace-options.ts'

const settings = ['draft', 'settings']

/** How lines of an access log are read, and who a visitor is. */
export function LogSettings() {
  const text = useText('connectors')
  const form = Form.useFormInstance()
  const namespaces = useNamespaceOptions()
  const format = Form.useWatch<string>([...settings, 'format'], form)
  return (
    <>
      <div className="connector-grid">
        <Form.Item name={[...settings, 'format']} label={text('log.format')}>
          <Select options={(['combined', 'json'] as const).map((value) => ({ value, label: text(`log.formats.${value}`) }))} />
        </Form.Item>
        <Form.Item name={[...settings, 'site']} label={text('log.site')} extra={text('log.siteHelp')}>
          <Input placeholder="https://shop.example.com" />
        </Form.Item>
        <Form.Item name={[...settings, 'address']} label={text('log.address')}>
          <Select options={(['drop', 'hash', 'keep'] as const).map((value) => ({ value, label: text(`log.addresses.${value}`) }))} />
        </Form.Item>
        <Form.Item name={[...settings, 'skipBots']} label={text('log.skipBots')} valuePropName="checked">
          <Switch />
        </Form.Item>
      </div>
      {format === 'combined' && (
        <Form.Item name={[...settings, 'extraFields']} label={text('log.extraFields')} extra={text('log.extraFieldsHelp')}>
          <Select mode="tags" open={false} />
        </Form.Item>
      )}
      <Form.Item label={text('mapping.identities')} extra={text('log.identitiesHelp')}>
        <ListField name={[...settings, 'identities']} add={text('mapping.addIdentity')} blank={{ place: 'cookie', name: 'uid', namespace: 'anonymous_id' }}>
          {(place) => (
            <div className="connector-row-fields">
              <Form.Item name={[...place, 'namespace']} noStyle>
                <Select aria-label={text('mapping.namespace')} options={namespaces} />
              </Form.Item>
              <Form.Item name={[...place, 'place']} noStyle>
                <Select
                  aria-label={text('log.place')}
                  options={(['cookie', 'query', 'field'] as const).map((value) => ({ value, label: text(`log.places.${value}`) }))}
                />
              </Form.Item>
              <Form.Item name={[...place, 'name']} noStyle>
                <Input aria-label={text('log.placeName')} />
              </Form.Item>
            </div>
          )}
        </ListField>
      </Form.Item>
      <Form.Item name={[...settings, 'skipPaths']} label={text('log.skipPaths')}>
        <Select mode="tags" open={false} placeholder="/api/" />
      </Form.Item>
    </>
  )
}
