import { Button, Drawer, InputNumber } from 'antd'
import { useState } from 'react'
import { collectRoutes } from '../../../../contracts/collect.ts'
import { amountProperty } from '../../../../contracts/rule.ts'
import { tagRuleLimits, tagRuleRoutes, type BuiltInTag, type PreferenceSettings } from '../../../../contracts/tag-rules.ts'
import { useAct, useRead } from '../../ui/api.ts'
import { ActError } from '../../ui/act-error.tsx'
import { NamedSelect } from '../../ui/named-select.tsx'
import { useLocale, useLocaleText, useText } from '../../ui/text.ts'

type Property = 'category' | 'price' | 'coupon' | 'discount'
/** The properties that each preference reads. */
const propertiesOf: Partial<Record<BuiltInTag['key'], readonly Property[]>> = {
  favouriteCategory: ['category'],
  priceSensitivity: ['price', 'category'],
  couponAffinity: ['coupon'],
  discountShare: ['discount', 'price'],
}

/** From what a preference is computed: event, properties, how far back, and how much must be there. */
export function PreferenceDrawer({ item, onClose }: { item: BuiltInTag; onClose: () => void }) {
  const text = useText('tags')
  const pick = useLocaleText()
  const locale = useLocale()
  const start: Partial<PreferenceSettings> = item.rule?.settings ?? item.proposed ?? {}
  const [settings, setSettings] = useState<Partial<PreferenceSettings>>(start)
  const events = useRead(collectRoutes.listEventSchemas)
  const save = useAct(tagRuleRoutes.switchOnTag, { showsErrorItself: true, done: text('builtIn.on'), onDone: onClose })
  const properties = propertiesOf[item.key] ?? []
  const schema = events.data?.items.find(({ event }) => event === settings.event)
  const offered = (schema?.properties ?? []).map(({ key }) => key)
  const set = (more: Partial<PreferenceSettings>) => setSettings({ ...settings, ...more })
  return (
    <Drawer
      open
      title={pick(item.label)}
      onClose={onClose}
      size={420}
      footer={
        <Button type="primary" loading={save.isPending} onClick={() => save.mutate({ body: { key: item.key, settings, locale } })}>
          {text('builtIn.save')}
        </Button>
      }
    >
      <ActError error={save.error} />
      <p className="faint">{pick(item.description)}</p>
      <div className="preference-fields">
        {properties.length > 0 && (
          <label>
            <span>{text('builtIn.event')}</span>
            <NamedSelect
              showSearch={{ optionFilterProp: 'label' }}
              value={settings.event}
              label={text('builtIn.event')}
              options={(events.data?.items ?? []).map(({ event }) => ({ value: event, label: event }))}
              onChange={(event) => set({ event, category: undefined, price: undefined, coupon: undefined, discount: undefined })}
            />
          </label>
        )}
        {properties.map((property) => (
          <label key={property}>
            <span>{text(`builtIn.properties.${property}`)}</span>
            <NamedSelect
              showSearch={{ optionFilterProp: 'label' }}
              allowClear
              value={settings[property]}
              label={text(`builtIn.properties.${property}`)}
              options={[
                ...(property === 'price' ? [{ value: amountProperty, label: text('builtIn.amount') }] : []),
                ...offered.filter((key) => key !== amountProperty).map((key) => ({ value: key, label: key })),
              ]}
              onChange={(value: string | undefined) => set({ [property]: value })}
            />
          </label>
        ))}
        <label>
          <span>{text('builtIn.days')}</span>
          <InputNumber min={7} max={tagRuleLimits.windowDaysMax} precision={0} value={settings.days} onChange={(days) => days !== null && set({ days })} />
        </label>
        <label>
          <span>{text('builtIn.eventsMin')}</span>
          <InputNumber min={1} max={100} precision={0} value={settings.eventsMin} onChange={(eventsMin) => eventsMin !== null && set({ eventsMin })} />
        </label>
      </div>
    </Drawer>
  )
}
