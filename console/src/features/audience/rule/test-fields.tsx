import { Input } from 'antd'
import type { ValueTest } from '../../../../../contracts/rule.ts'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useNow } from '../../../ui/now.ts'
import { useZone } from '../../../ui/session-context.ts'
import { useText } from '../../../ui/text.ts'
import { DateValues } from './date-values.tsx'
import { ComparisonFields } from './comparison-fields.tsx'
import { dateMeaning, offeredOperators, shownOperator, testWith, textTest, type DateMeaning, type OfferedOperator } from './new-nodes.ts'
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
  /** A region: values may lie within one another. */
  isRegion?: boolean
  onChange: (test: ValueTest) => void
}

/** Operator and values, as the type of the value asks for. */
export function TestFields({ test, name, source, unit, isRegion = false, onChange }: TestFieldsProps) {
  const text = useText('audience')
  const zone = useZone()
  const now = useNow()
  const offered = offeredOperators[test.type].filter((operator) => operator !== 'within' || isRegion || test.operator === 'within')
  return (
    <>
      {(test.type === 'date' || test.type === 'anniversary') && (
        <NamedSelect<DateMeaning>
          className="rule-operator"
          value={test.type === 'date' ? 'day' : test.calendar}
          label={text('test.meaning', { name })}
          options={(['day', 'solar', 'lunar'] as const).map((value) => ({ value, label: text(`test.meanings.${value}`) }))}
          onChange={(meaning) => onChange(dateMeaning(test, meaning, dayOf(now, zone)))}
          popupMatchSelectWidth={false}
        />
      )}
      <NamedSelect<OfferedOperator>
        className="rule-operator"
        value={shownOperator(test)}
        label={text('test.operator', { name })}
        options={offered.map((value) => ({ value, label: text(`operators.${test.type}.${value}` as 'operators.text.is') }))}
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
          onChange={(values) => onChange(textTest(test.operator === 'isNot' || test.operator === 'within' ? test.operator : 'is', values))}
        />
      )
    case 'number':
      return <NumberValues label={label} values={test.values} unit={unit} onChange={(values) => onChange({ ...test, values })} />
    case 'date':
      return <DateValues label={label} test={test} onChange={onChange} />
    case 'list':
      if (test.operator === 'count')
        return (
          <ComparisonFields
            name={label}
            comparison={test.comparison ?? { operator: 'atLeast', values: [1] }}
            minimum={0}
            isWhole
            unit={text('test.items')}
            onChange={(comparison) => onChange({ ...test, comparison })}
          />
        )
      return <TextValues label={label} values={test.values} isSingle={false} source={source} onChange={(values) => onChange({ ...test, values })} />
    case 'anniversary':
      if (test.values.length === 0) return null
      return (
        <NumberValues label={label} values={test.values} minimum={0} isWhole unit={text('test.days')} onChange={(values) => onChange({ ...test, values })} />
      )
    case 'boolean':
      return null
  }
}
