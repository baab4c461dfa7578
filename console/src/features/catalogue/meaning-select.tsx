import { attributeFormats } from '../../../../contracts/catalogue.ts'
import { AttributeType } from '../../../../contracts/people.ts'
import { NamedSelect } from '../../ui/named-select.tsx'
import { useText } from '../../ui/text.ts'
import type { Meaning } from './meaning.ts'

/** Types and formats in one list, as people think of them. */
export function MeaningSelect({ value, onChange }: { value?: Meaning; onChange?: (value: Meaning) => void }) {
  const text = useText('catalogue')
  return (
    <NamedSelect<Meaning>
      label={text('fields.type')}
      value={value}
      onChange={onChange}
      style={{ width: '100%' }}
      options={[
        ...AttributeType.options.map((type) => ({ value: type, label: text(`types.${type}`) })),
        ...attributeFormats.map((format) => ({ value: format, label: text(`formats.${format}`) })),
      ]}
    />
  )
}
