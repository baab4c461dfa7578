import { Button, Form, Input, InputNumber, Switch, TimePicker } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'
import { workspaceRoutes, type Workspace } from '../../../../../contracts/workspaces.ts'
import { useAct, useRead } from '../../../ui/api.ts'
import { FormError } from '../../../ui/form-error.tsx'
import { Loaded } from '../../../ui/loading.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { useMay } from '../../../ui/session-context.ts'
import { useText } from '../../../ui/text.ts'
import { TimezoneSelect } from '../../../ui/timezone-select.tsx'

type WorkspaceForm = Pick<Workspace, 'name' | 'timezone' | 'contactPolicy'>

/** Name and zone of the workspace, and the rules of contact that hold for every campaign. */
export function WorkspacePage() {
  const text = useText('settings')
  const workspace = useRead(workspaceRoutes.readWorkspace)
  return (
    <>
      <PageHeader title={text('workspace.title')} lead={text('workspace.lead')} />
      <Loaded query={workspace}>{(data) => <WorkspaceSettings workspace={data} />}</Loaded>
    </>
  )
}

function WorkspaceSettings({ workspace }: { workspace: Workspace }) {
  const text = useText('settings')
  const common = useText('common')
  const mayManage = useMay()('workspace.manage')
  const [form] = Form.useForm<WorkspaceForm>()
  const update = useAct(workspaceRoutes.updateWorkspace, { showsErrorItself: true, done: common('saved') })
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      disabled={!mayManage}
      initialValues={workspace}
      onFinish={(values) => update.mutate({ body: values })}
    >
      <FormError error={update.error} form={form} />
      <Panel title={text('workspace.basics')}>
        <div className="form-narrow">
          <Form.Item name="name" label={text('workspace.name')} rules={[{ required: true, whitespace: true, max: 80 }]}>
            <Input />
          </Form.Item>
          <Form.Item name="timezone" label={text('workspace.timezone')} extra={text('workspace.timezoneHelp')}>
            <TimezoneSelect label={text('workspace.timezone')} />
          </Form.Item>
        </div>
      </Panel>
      <ContactPolicyPanel />
      {mayManage ? (
        <Button type="primary" htmlType="submit" loading={update.isPending}>
          {common('save')}
        </Button>
      ) : (
        <p className="faint">{text('workspace.readOnly')}</p>
      )}
    </Form>
  )
}

function ContactPolicyPanel() {
  const text = useText('settings')
  const quiet = Form.useWatch(['contactPolicy', 'quietHours', 'enabled'])
  const capped = Form.useWatch(['contactPolicy', 'frequencyCap', 'enabled'])
  return (
    <Panel title={text('workspace.policy')} extra={<span className="faint">{text('workspace.policyHelp')}</span>}>
      <div className="form-narrow">
        <Form.Item
          name={['contactPolicy', 'quietHours', 'enabled']}
          label={text('workspace.quietHours')}
          valuePropName="checked"
          extra={text('workspace.quietHoursHelp')}
        >
          <Switch />
        </Form.Item>
        {/* Hidden, not gone: a form hands over only the fields it holds, and the policy is saved as a whole. */}
        <div className="form-row" hidden={quiet === false}>
          <ClockItem name={['contactPolicy', 'quietHours', 'from']} label={text('workspace.quietFrom')} />
          <ClockItem name={['contactPolicy', 'quietHours', 'to']} label={text('workspace.quietTo')} />
        </div>
        <Form.Item name={['contactPolicy', 'frequencyCap', 'enabled']} label={text('workspace.cap')} valuePropName="checked" extra={text('workspace.capHelp')}>
          <Switch />
        </Form.Item>
        <div className="form-row" hidden={capped === false}>
          <Form.Item name={['contactPolicy', 'frequencyCap', 'days']} label={text('workspace.capDays')} rules={[{ required: true }]}>
            <InputNumber min={1} max={365} precision={0} suffix={text('workspace.days')} style={{ width: '100%' }} />
          </Form.Item>
          <Form.Item name={['contactPolicy', 'frequencyCap', 'messagesMax']} label={text('workspace.capMessages')} rules={[{ required: true }]}>
            <InputNumber min={1} max={100} precision={0} suffix={text('workspace.messages')} style={{ width: '100%' }} />
          </Form.Item>
        </div>
        <Form.Item
          name={['contactPolicy', 'smsPartCostFen']}
          label={text('workspace.partCost')}
          extra={text('workspace.partCostHelp')}
          rules={[{ required: true }]}
        >
          <InputNumber min={0} max={1000} step={0.1} suffix={text('workspace.fen')} style={{ width: 200 }} />
        </Form.Item>
      </div>
    </Panel>
  )
}

/** A time of day as `HH:MM`. */
function ClockItem({ name, label }: { name: string[]; label: string }) {
  return (
    <Form.Item
      name={name}
      label={label}
      rules={[{ required: true }]}
      getValueProps={(value?: string) => ({ value: value === undefined ? undefined : dayjs(`2000-01-01T${value}`) })}
      normalize={(value: Dayjs | null) => value?.format('HH:mm')}
    >
      <TimePicker format="HH:mm" minuteStep={5} allowClear={false} needConfirm={false} style={{ width: '100%' }} />
    </Form.Item>
  )
}
