import { collectRoutes } from '../../../../../contracts/collect.ts'
import { anyEvent } from '../../../../../contracts/rule.ts'
import { useRead } from '../../../ui/api.ts'
import { formatCount } from '../../../ui/format.ts'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useLocale, useText } from '../../../ui/text.ts'
import { useEventWords } from '../../../ui/values.tsx'
import { renderOption } from './option-label.tsx'

interface EventSelectProps {
  event: string
  /** What the field is called where there is more than one. */
  label?: string
  onChange: (event: string) => void
}

/** The events seen, the most frequent first, with how many people did them; found by name and by what people call them. */
export function EventSelect({ event, label, onChange }: EventSelectProps) {
  const text = useText('audience')
  const locale = useLocale()
  const wordsOf = useEventWords()
  const events = useRead(collectRoutes.listEventSchemas)
  const seen = (events.data?.items ?? []).map((schema) => {
    const label = wordsOf(schema.event)
    const people = text('event.people', { count: schema.people, shown: formatCount(schema.people, locale, true) })
    return {
      value: schema.event,
      label,
      words: `${label} ${schema.event}`,
      note: label === schema.event ? people : `${schema.event} · ${people}`,
    }
  })
  const any = text('event.any')
  return (
    <NamedSelect
      showSearch={{ optionFilterProp: 'words' }}
      className="rule-subject"
      value={event === '' ? undefined : event}
      placeholder={text('event.choose')}
      label={label ?? text('event.name')}
      loading={events.isPending}
      options={[{ value: anyEvent, label: any, words: any, note: text('event.anyNote') }, ...seen]}
      optionRender={renderOption}
      onChange={onChange}
      popupMatchSelectWidth={340}
    />
  )
}
