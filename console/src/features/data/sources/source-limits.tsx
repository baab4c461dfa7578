import { Button, Form, InputNumber } from 'antd'
import { collectRoutes, type Source, type SourceLimits } from '../../../../../contracts/collect.ts'
import { useAct } from '../../../ui/api.ts'
import { FormError } from '../../../ui/form-error.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { useMay } from '../../../ui/session-context.ts'
import { useText } from '../../../ui/text.ts'

/** How much a source may send; empty for no limit. */
export function SourceLimitsForm({ source }: { source: Source }) {
  const text = useText('data')
  const common = useText('common')
  const may = useMay()
  const [form] = Form.useForm<SourceLimits>()
  const update = useAct(collectRoutes.updateSource, { showsErrorItself: true, done: common('saved') })
  const save = ({ perSecond, perDay }: SourceLimits): void =>
    update.mutate({ params: { id: source.id }, body: { limits: { perSecond: perSecond ?? null, perDay: perDay ?? null } } })
  return (
    <Panel title={text('sources.limits')}>
      <p className="faint">{text('sources.limitsHelp')}</p>
      <FormError error={update.error} form={form} />
      <Form form={form} layout="vertical" className="source-limits" initialValues={source.limits} onFinish={save} disabled={!may('data.manage')}>
        <Form.Item name="perSecond" label={text('sources.perSecond')} extra={text('sources.perSecondHelp')}>
          <InputNumber min={1} max={100_000} precision={0} placeholder={text('sources.unlimited')} />
        </Form.Item>
        <Form.Item name="perDay" label={text('sources.perDay')} extra={'\u00A0'}>
          <InputNumber min={1} max={10_000_000_000} precision={0} placeholder={text('sources.unlimited')} />
        </Form.Item>
        {may('data.manage') && (
          <Form.Item extra={'\u00A0'}>
            <Button htmlType="submit" loading={update.isPending}>
              {common('save')}
            </Button>
          </Form.Item>
        )}
      </Form>
    </Panel>
  )
}
