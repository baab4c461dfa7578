import { audienceRoutes } from '../../../../../contracts/audience.ts'
import { collectRoutes } from '../../../../../contracts/collect.ts'
import { layerRoutes } from '../../../../../contracts/layers.ts'
import { peopleRoutes } from '../../../../../contracts/people.ts'
import { anyEvent, messageBehaviours } from '../../../../../contracts/rule.ts'
import { tagRoutes } from '../../../../../contracts/tags.ts'
import { useRead } from '../../../ui/api.ts'
import { formatCount } from '../../../ui/format.ts'
import { useNow } from '../../../ui/now.ts'
import { useZone } from '../../../ui/session-context.ts'
import { useLocale, useLocaleText, useText } from '../../../ui/text.ts'
import { useEventWords } from '../../../ui/values.tsx'
import type { Choice } from './choice-search.ts'
import {
  newAddress,
  newAttribute,
  newConsent,
  newEvent,
  newEventValue,
  newGroup,
  newLayer,
  newMessage,
  newRegionTest,
  newSegment,
  newSequence,
  newTag,
  newTest,
} from './new-nodes.ts'
import { useRuleEditing } from './rule-context.ts'
import { dayOf } from './zone-days.ts'

interface Made extends Pick<Choice, 'label' | 'note' | 'make'> {
  /** What else it is found by. */
  words?: string
}

/** Everything a condition can be about: events, attributes, tags, layers, segments, messages, consent, and the shapes that join them. */
export function useConditionChoices(isOpen: boolean): Choice[] {
  const text = useText('audience')
  const pick = useLocaleText()
  const locale = useLocale()
  const zone = useZone()
  const now = useNow()
  const { segmentId } = useRuleEditing()
  const wordsOf = useEventWords()
  const events = useRead(collectRoutes.listEventSchemas, { enabled: isOpen })
  const attributes = useRead(peopleRoutes.listAttributes, { enabled: isOpen })
  const tags = useRead(tagRoutes.listTags, { enabled: isOpen })
  const segments = useRead(audienceRoutes.listSegments, { enabled: isOpen })
  const models = useRead(layerRoutes.listLayerModels, { enabled: isOpen })
  const choice = (group: Choice['group'], id: string, { words = '', ...of }: Made): Choice => ({
    key: `${group} ${id}`,
    group,
    words: `${of.label} ${words} ${text(`add.groups.${group}`)}`.toLowerCase(),
    ...of,
  })
  const people = (count: number | null) => (count === null ? undefined : formatCount(count, locale, true))
  return [
    choice('shape', 'event', { label: text('add.shapes.event'), make: newEvent }),
    choice('shape', 'eventValue', { label: text('add.shapes.eventValue'), make: newEventValue }),
    choice('shape', 'sequence', { label: text('add.shapes.sequence'), make: newSequence }),
    choice('shape', 'group', { label: text('add.group'), make: newGroup }),
    choice('shape', 'address', { label: text('add.address'), make: newAddress }),
    choice('event', anyEvent, { label: text('event.any'), note: text('event.anyNote'), make: () => newEvent(anyEvent) }),
    ...(events.data?.items ?? []).map(({ event, people: count }) => {
      const label = wordsOf(event)
      return choice('event', event, {
        label,
        words: event,
        note: label === event ? people(count) : `${event} · ${people(count)}`,
        make: () => newEvent(event),
      })
    }),
    ...(attributes.data?.items ?? []).map(({ key, label, type, format }) =>
      choice('attribute', key, {
        label: pick(label),
        words: key,
        note: text(`types.${type}`),
        make: () => newAttribute(key, format === 'region' ? newRegionTest() : newTest(type, dayOf(now, zone))),
      }),
    ),
    ...(tags.data?.items ?? []).map(({ id, name, people: count, values }) =>
      choice('tag', id, { label: name, words: values.join(' '), note: people(count), make: () => newTag(id) }),
    ),
    ...(models.data?.items ?? []).map(({ id, name, layers }) =>
      choice('layer', id, { label: name, words: layers.map(({ label }) => pick(label)).join(' '), make: () => newLayer(id) }),
    ),
    ...(segments.data?.items ?? [])
      .filter(({ id }) => id !== segmentId)
      .map(({ id, name, count }) => choice('segment', id, { label: name, note: people(count), make: () => newSegment(id) })),
    ...messageBehaviours.map((behaviour) =>
      choice('message', behaviour, { label: text(`message.behaviours.${behaviour}`), make: () => newMessage(behaviour) }),
    ),
    choice('consent', 'sms', { label: text('consent.sms'), make: newConsent }),
  ]
}
