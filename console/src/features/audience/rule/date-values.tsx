import { DatePicker } from 'antd'
import dayjs from 'dayjs'
import type { ValueTest } from '../../../../../contracts/rule.ts'
import { useText } from '../../../ui/text.ts'
import { NumberValues } from './number-values.tsx'

type DateTest = Extract<ValueTest, { type: 'date' }>

/** Days back, one day, or the first and last of a range. */
export function DateValues({ label, test, onChange }: { label: string; test: DateTest; onChange: (test: DateTest) => void }) {
  const text = useText('audience')
  if (test.operator === 'withinLast' || test.operator === 'withinNext' || test.operator === 'moreThanAgo')
    return (
      <NumberValues
        label={label}
        values={test.values.map(Number)}
        minimum={0}
        isWhole
        unit={text(test.operator === 'moreThanAgo' ? 'test.daysAgo' : 'test.days')}
        onChange={(values) => onChange({ ...test, values })}
      />
    )
  const [first, second] = test.values.map((value) => dayjs(value))
  if (test.operator === 'between')
    return (
      <DatePicker.RangePicker
        allowClear={false}
        value={[first ?? null, second ?? null]}
        aria-label={label}
        onChange={(range) => range?.[0] && range[1] && onChange({ ...test, values: range.map((day) => (day as dayjs.Dayjs).format('YYYY-MM-DD')) })}
      />
    )
  return (
    <DatePicker
      allowClear={false}
      value={first}
      aria-label={label}
      onChange={(day) => dayjs.isDayjs(day) && onChange({ ...test, values: [day.format('YYYY-MM-DD')] })}
    />
  )
}
