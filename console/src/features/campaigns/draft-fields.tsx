import { Checkbox, DatePicker, Form, Input, InputNumber, Radio, Select, Slider } from 'antd'
import dayjs from 'dayjs'
import { audienceRoutes } from '../../../../contracts/audience.ts'
import { channelRoutes } from '../../../../contracts/channels.ts'
import { collectRoutes, messageEvents, orderEvent } from '../../../../contracts/collect.ts'
import { contentRoutes } from '../../../../contracts/content.ts'
import { useRead } from '../../ui/api.ts'
import { formatCount } from '../../ui/format.ts'
import { Link } from '../../ui/link.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useLocale, useText } from '../../ui/text.ts'
import { useZone } from '../../ui/session-context.ts'
import { useZoneName } from '../../ui/timezones.ts'
import { useEventWords } from '../../ui/values.tsx'
import type { DraftValues } from './draft-values.ts'

/** The questions of a campaign, in the order they are asked: to whom, what, how, what counts. */
export function DraftFields() {
  const text = useText('campaigns')
  return (
    <>
      <Panel title={text('draft.basics')}>
        <Form.Item name="name" label={text('draft.name')} rules={[{ required: true, whitespace: true, max: 80 }]}>
          <Input maxLength={80} />
        </Form.Item>
        <Form.Item name="type" label={text('draft.type')} extra={text('draft.typeHelp')}>
          <Input maxLength={40} />
        </Form.Item>
      </Panel>
      <Panel title={text('draft.audience')}>
        <SegmentField />
      </Panel>
      <Panel title={text('draft.content')}>
        <TemplateField />
      </Panel>
      <Panel title={text('draft.delivery')}>
        <AccountField />
        <StartField />
        <Form.Item name="ignoreFrequencyCap" valuePropName="checked" noStyle>
          <Checkbox>{text('draft.ignoreFrequencyCap')}</Checkbox>
        </Form.Item>
      </Panel>
      <Panel title={text('draft.measure')}>
        <MeasureFields />
      </Panel>
    </>
  )
}

const filter = { showSearch: true, optionFilterProp: 'label' } as const

function SegmentField() {
  const text = useText('campaigns')
  const locale = useLocale()
  const segments = useRead(audienceRoutes.listSegments)
  const options = segments.data?.items.map(({ id, name, count }) => ({ value: id, label: count === null ? name : `${name} · ${formatCount(count, locale)}` }))
  return (
    <Form.Item
      name="segmentId"
      label={text('draft.segment')}
      required
      extra={options?.length === 0 ? <Link to="/segments/new">{text('draft.newSegment')}</Link> : text('draft.segmentHelp')}
    >
      <Select {...filter} loading={segments.isPending} options={options} />
    </Form.Item>
  )
}

function TemplateField() {
  const text = useText('campaigns')
  const templates = useRead(contentRoutes.listTemplates)
  return (
    <Form.Item
      name="templateId"
      label={text('draft.template')}
      required
      extra={templates.data?.items.length === 0 && <Link to="/templates/new">{text('draft.newTemplate')}</Link>}
    >
      <Select {...filter} loading={templates.isPending} options={templates.data?.items.map(({ id, name }) => ({ value: id, label: name }))} />
    </Form.Item>
  )
}

function AccountField() {
  const text = useText('campaigns')
  const accounts = useRead(channelRoutes.listAccounts)
  return (
    <Form.Item
      name="accountId"
      label={text('draft.account')}
      required
      extra={accounts.data?.items.length === 0 && <Link to="/settings/accounts">{text('draft.newAccount')}</Link>}
    >
      <Select
        {...filter}
        loading={accounts.isPending}
        options={accounts.data?.items.map(({ id, name, enabled }) => ({ value: id, label: name, disabled: !enabled }))}
      />
    </Form.Item>
  )
}

function StartField() {
  const text = useText('campaigns')
  const zone = useZone()
  const zoneName = useZoneName()
  const start = Form.useWatch<DraftValues['start']>('start')
  return (
    <>
      <Form.Item name="start" label={text('draft.when')} required extra={text('draft.quietHours')}>
        <Radio.Group
          options={[
            { value: 'now', label: text('draft.now') },
            { value: 'later', label: text('draft.later') },
          ]}
        />
      </Form.Item>
      {start === 'later' && (
        <Form.Item name="scheduledAt" label={text('draft.laterIn', { zone: zoneName(zone) })} rules={[{ required: true }]}>
          <DatePicker showTime={{ format: 'HH:mm', minuteStep: 5 }} format="YYYY-MM-DD HH:mm" disabledDate={(date) => date.isBefore(dayjs().startOf('day'))} />
        </Form.Item>
      )}
    </>
  )
}

function MeasureFields() {
  const text = useText('campaigns')
  const events = useRead(collectRoutes.listEventSchemas)
  const eventWords = useEventWords()
  const own: readonly string[] = messageEvents
  const names = [...new Set([orderEvent, ...(events.data?.items.map(({ event }) => event) ?? [])])].filter(
    (name) => !own.includes(name) && name !== 'Control Assigned',
  )
  return (
    <>
      <div className="field-row">
        <Form.Item name="goalEvent" label={text('draft.goalEvent')} rules={[{ required: true }]}>
          <Select {...filter} loading={events.isPending} options={names.map((value) => ({ value, label: eventWords(value) }))} />
        </Form.Item>
        <Form.Item name="windowDays" label={text('draft.windowDays')} rules={[{ required: true }]}>
          <InputNumber min={1} max={365} precision={0} />
        </Form.Item>
      </div>
      <Form.Item name="controlPercent" label={text('draft.controlPercent')} required extra={text('draft.controlHelp')}>
        <Slider
          ariaLabelForHandle={text('draft.controlPercent')}
          min={0}
          max={50}
          marks={{ 0: '0%', 10: '10%', 20: '20%', 50: '50%' }}
          tooltip={{ formatter: (value) => `${value}%` }}
        />
      </Form.Item>
      <Form.Item name="budgetYuan" label={text('draft.budget')} extra={text('draft.budgetHelp')}>
        <InputNumber min={0} precision={2} prefix="¥" style={{ width: 180 }} />
      </Form.Item>
    </>
  )
}
