import { Form, Switch } from 'antd'
import { audienceRoutes } from '../../../../../contracts/audience.ts'
import { lookalikeLimits, lookalikeRoutes, type Lookalike } from '../../../../../contracts/lookalike.ts'
import { useAct, useRead } from '../../../ui/api.ts'
import { FormModal } from '../../../ui/form-modal.tsx'
import { formatCount } from '../../../ui/format.ts'
import { useGo } from '../../../ui/link.tsx'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useLocale, useLocaleText, useText } from '../../../ui/text.ts'

interface Values {
  seedSegmentId: string
  withRuleFeatures: boolean
  excluded: string[]
}

/** Chooses the seed and what may be weighed, and begins; the model then opens. `from`: another model, to begin from what it was made of. */
export function StartLookalike({ seedSegmentId, from, onClose }: { seedSegmentId?: string | undefined; from?: Lookalike | undefined; onClose: () => void }) {
  const text = useText('lookalike')
  const go = useGo()
  const pick = useLocaleText()
  const start = useAct(lookalikeRoutes.startLookalike, {
    showsErrorItself: true,
    onDone: (made) => {
      onClose()
      go(`/lookalikes/${made.id}`)
    },
  })
  const initial: Omit<Values, 'seedSegmentId'> & { seedSegmentId: string | undefined } = {
    seedSegmentId: from?.seed.segmentId ?? seedSegmentId,
    withRuleFeatures: from?.withRuleFeatures ?? false,
    excluded: from?.excluded ?? [],
  }
  const sources = [...(from?.result?.drivers ?? []), ...(from?.result?.leftOut ?? [])]
  const choices = [...new Map(sources.map(({ source, label }) => [source, pick(label)]))].map(([value, label]) => ({ value, label }))
  return (
    <FormModal<Values>
      title={text('start.title')}
      verb={text('start.begin')}
      initial={initial}
      error={start.error}
      isPending={start.isPending}
      onSubmit={(values) => start.mutate({ body: { ...initial, ...values } })}
      onClose={onClose}
    >
      <Form.Item
        name="seedSegmentId"
        label={text('start.seed')}
        extra={text('start.seedHelp', { count: lookalikeLimits.seedMin })}
        rules={[{ required: true, message: text('start.seedless') }]}
      >
        <SeedSelect />
      </Form.Item>
      <Form.Item name="withRuleFeatures" label={text('start.withRule')} extra={text('start.withRuleHelp')} valuePropName="checked">
        <Switch aria-label={text('start.withRule')} />
      </Form.Item>
      {choices.length > 0 && (
        <Form.Item name="excluded" label={text('start.excluded')} extra={text('start.excludedHelp')}>
          <NamedSelect<string[]> mode="multiple" label={text('start.excluded')} options={choices} showSearch={{ optionFilterProp: 'label' }} />
        </Form.Item>
      )}
    </FormModal>
  )
}

/** Segments with how many they hold; those too small stand there and cannot be chosen. */
function SeedSelect({ value, onChange, id }: { value?: string; onChange?: (id: string) => void; id?: string }) {
  const text = useText('lookalike')
  const locale = useLocale()
  const segments = useRead(audienceRoutes.listSegments, { query: {} })
  return (
    <NamedSelect<string>
      id={id}
      label={text('start.seed')}
      placeholder={text('start.choose')}
      loading={segments.isPending}
      value={value}
      onChange={onChange}
      showSearch={{ optionFilterProp: 'label' }}
      options={(segments.data?.items ?? []).map((segment) => ({
        value: segment.id,
        label: text('start.people', { name: segment.name, people: segment.count === null ? '–' : formatCount(segment.count, locale) }),
        disabled: segment.count !== null && segment.count < lookalikeLimits.seedMin,
      }))}
    />
  )
}
