import { Input } from 'antd'
import type { ValueTest } from '../../../../../contracts/rule.ts'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useNow } from '../../../ui/now.ts'
import { useZone } from '../../../ui/session-context.ts'
import { useText } from '../../../ui/text.ts'
import { DateValues } from './date-values.tsx'
import { offeredOperators, shownOperator, testWith, textTest, type OfferedOperator } from './new-nodes.ts'
import { NumberValues } from './number-values.tsx'
import { TextValues } from './text-values.tsx'
import type { ValueSource } from './use-value-suggestions.ts'
import { dayOf } from './zone-days.ts'

interface TestFieldsProps {
  test: ValueTest
  /** What is tested, for the names of the controls. */
  name: string
  source: ValueSource
  unit?: string
  onChange: (test: ValueTest) => void
}

/** Operator and values, as the type of the value asks for. */
export function TestFields({ test, name, source, unit, onChange }: TestFieldsProps) {
  const text = useText('audience')
  const zone = useZone()
  const now = useNow()
  return (
    <>
      <NamedSelect<OfferedOperator>
        className="rule-operator"
        value={shownOperator(test)}
        label={text('test.operator', { name })}
        options={offeredOperators[test.type].map((value) => ({ value, label: text(`operators.${test.type}.${value}` as 'operators.text.is') }))}
        onChange={(operator) => onChange(testWith(test, operator, dayOf(now, zone)))}
        popupMatchSelectWidth={false}
      />
      <Values test={test} name={name} source={source} unit={unit} onChange={onChange} />
    </>
  )
}

function Values({ test, name, source, unit, onChange }: TestFieldsProps) {
  const text = useText('audience')
  const label = text('test.value', { name })
  if (test.operator === 'isSet' || test.operator === 'isNotSet') return null
  switch (test.type) {
    case 'text':
      if (test.operator === 'contains' || test.operator === 'startsWith')
        return (
          <Input
            className="rule-text"
            value={test.values[0] ?? ''}
            maxLength={500}
            aria-label={label}
            placeholder={text('test.text')}
            onChange={(event) => onChange({ ...test, values: [event.target.value] })}
          />
        )
      return (
        <TextValues
          label={label}
          values={test.values}
          isSingle={test.operator === 'isNot'}
          source={source}
          onChange={(values) => onChange(textTest(test.operator === 'isNot' ? 'isNot' : 'is', values))}
        />
      )
    case 'number':
      return <NumberValues label={label} values={test.values} unit={unit} onChange={(values) => onChange({ ...test, values })} />
    case 'date':
      return <DateValues label={label} test={test} onChange={onChange} />
    case 'boolean':
    case 'list':
    case 'anniversary':
      return null
  }
}
