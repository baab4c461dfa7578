import { peopleRoutes } from '../../../../../contracts/people.ts'
import type { AttributeRule } from '../../../../../contracts/rule.ts'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useRead } from '../../../ui/api.ts'
import { useNow } from '../../../ui/now.ts'
import { useZone } from '../../../ui/session-context.ts'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { newRegionTest, newTest } from './new-nodes.ts'
import { renderOption } from './option-label.tsx'
import { TestFields } from './test-fields.tsx'
import { dayOf } from './zone-days.ts'

/** 「城市」「是」「上海、杭州」 */
export function AttributeCondition({ node, onChange }: { node: AttributeRule; onChange: (node: AttributeRule) => void }) {
  const text = useText('audience')
  const pick = useLocaleText()
  const zone = useZone()
  const now = useNow()
  const attributes = useRead(peopleRoutes.listAttributes)
  const options = (attributes.data?.items ?? []).map(({ key, label, type, format }) => ({
    value: key,
    label: pick(label),
    note: key === pick(label) ? text(`types.${type}`) : key,
    type,
    isRegion: format === 'region',
    unit: format === 'money' ? text('event.yuan') : undefined,
    words: `${pick(label)} ${key}`,
  }))
  const known = options.find((option) => option.value === node.attribute)
  const choose = (attribute: string): void => {
    const { type = 'text', isRegion = false } = options.find((option) => option.value === attribute) ?? {}
    if (isRegion) return onChange({ ...node, attribute, test: newRegionTest() })
    onChange({ ...node, attribute, test: type === node.test.type && node.attribute === '' ? node.test : newTest(type, dayOf(now, zone)) })
  }
  return (
    <>
      <NamedSelect
        showSearch={{ optionFilterProp: 'words' }}
        className="rule-subject"
        value={node.attribute === '' ? undefined : node.attribute}
        placeholder={text('attribute.choose')}
        label={text('attribute.name')}
        loading={attributes.isPending}
        options={options}
        optionRender={renderOption}
        onChange={choose}
        popupMatchSelectWidth={260}
      />
      {node.attribute !== '' && (
        <TestFields
          test={node.test}
          name={known?.label ?? node.attribute}
          source={{ attribute: node.attribute, isRegion: node.test.operator === 'within' }}
          isRegion={known?.isRegion}
          unit={known?.unit}
          onChange={(test) => onChange({ ...node, test })}
        />
      )}
    </>
  )
}
