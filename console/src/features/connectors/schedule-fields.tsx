import { Form, InputNumber, Select, TimePicker } from 'antd'
import dayjs from 'dayjs'
import type { Schedule } from '../../../../contracts/connector-settings.ts'
import { useText } from '../../ui/text.ts'

const name = ['draft', 'settings', 'schedule']
const blank: Record<Schedule['kind'], Schedule> = { manual: { kind: 'manual' }, every: { kind: 'every', minutes: 15 }, daily: { kind: 'daily', at: '03:00' } }

/** When a pull runs. */
export function ScheduleFields() {
  const text = useText('connectors')
  const form = Form.useFormInstance()
  const kind = Form.useWatch<Schedule['kind']>([...name, 'kind'], form) ?? 'manual'
  return (
    <>
      <Form.Item name={[...name, 'kind']} label={text('schedule.kind')}>
        <Select
          options={(['manual', 'every', 'daily'] as const).map((value) => ({ value, label: text(`schedule.kinds.${value}`) }))}
          onChange={(value: Schedule['kind']) => form.setFieldValue(name, blank[value])}
        />
      </Form.Item>
      {kind === 'every' && (
        <Form.Item name={[...name, 'minutes']} label={text('schedule.minutes')}>
          <InputNumber min={1} max={10_080} precision={0} />
        </Form.Item>
      )}
      {kind === 'daily' && (
        <Form.Item
          name={[...name, 'at']}
          label={text('schedule.at')}
          getValueProps={(value: string | undefined) => ({ value: value === undefined ? null : dayjs(`2000-01-01T${value}`) })}
          normalize={(value: dayjs.Dayjs | null) => value?.format('HH:mm') ?? '03:00'}
        >
          <TimePicker format="HH:mm" allowClear={false} />
        </Form.Item>
      )}
    </>
  )
}
