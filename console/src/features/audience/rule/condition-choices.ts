import { audienceRoutes } from '../../../../../contracts/audience.ts'
import { collectRoutes, eventLabels } from '../../../../../contracts/collect.ts'
import { layerRoutes } from '../../../../../contracts/layers.ts'
import { peopleRoutes } from '../../../../../contracts/people.ts'
import { anyEvent, messageBehaviours, type Rule } from '../../../../../contracts/rule.ts'
import { tagRoutes } from '../../../../../contracts/tags.ts'
import { useRead } from '../../../ui/api.ts'
import { formatCount } from '../../../ui/format.ts'
import { useNow } from '../../../ui/now.ts'
import { useZone } from '../../../ui/session-context.ts'
import { useLocale, useLocaleText, useText } from '../../../ui/text.ts'
import {
  newAddress,
  newAttribute,
  newConsent,
  newEvent,
  newEventValue,
  newGroup,
  newLayer,
  newMessage,
  newSegment,
  newSequence,
  newTag,
  newTest,
} from './new-nodes.ts'
import { useRuleEditing } from './rule-context.ts'
import { dayOf } from './zone-days.ts'

export const choiceGroups = ['shape', 'event', 'attribute', 'tag', 'layer', 'segment', 'message', 'consent'] as const
/** One condition that can be added, found by its words. */
export interface Choice {
  key: string
  group: (typeof choiceGroups)[number]
  label: string
  note?: string
  words: string
  make: () => Rule
}

/** Everything a condition can be about: events, attributes, tags, layers, segments, messages, consent, and the shapes that join them. */
export function useConditionChoices(isOpen: boolean): Choice[] {
  const text = useText('audience')
  const pick = useLocaleText()
  const locale = useLocale()
  const zone = useZone()
  const now = useNow()
  const { segmentId } = useRuleEditing()
  const events = useRead(collectRoutes.listEventSchemas, { enabled: isOpen })
  const attributes = useRead(peopleRoutes.listAttributes, { enabled: isOpen })
  const tags = useRead(tagRoutes.listTags, { enabled: isOpen })
  const segments = useRead(audienceRoutes.listSegments, { enabled: isOpen })
  const models = useRead(layerRoutes.listLayerModels, { enabled: isOpen })
  const choice = (
    group: Choice['group'],
    id: string,
    label: string,
    make: () => Rule,
    { note, words = '' }: { note?: string; words?: string } = {},
  ): Choice => ({
    key: `${group} ${id}`,
    group,
    label,
    note,
    words: `${label} ${words} ${text(`add.groups.${group}`)}`.toLowerCase(),
    make,
  })
  const people = (count: number | null) => (count === null ? undefined : formatCount(count, locale, true))
  return [
    choice('shape', 'event', text('add.shapes.event'), newEvent),
    choice('shape', 'eventValue', text('add.shapes.eventValue'), newEventValue),
    choice('shape', 'sequence', text('add.shapes.sequence'), newSequence),
    choice('shape', 'group', text('add.group'), newGroup),
    choice('shape', 'address', text('add.address'), newAddress),
    choice('event', anyEvent, text('event.any'), () => newEvent(anyEvent), { note: text('event.anyNote') }),
    ...(events.data?.items ?? []).map(({ event, label, people: count }) =>
      choice('event', event, event, () => newEvent(event), { note: people(count), words: label[locale] || eventLabels[event]?.[locale] }),
    ),
    ...(attributes.data?.items ?? []).map(({ key, label, type }) =>
      choice('attribute', key, pick(label), () => newAttribute(key, newTest(type, dayOf(now, zone))), { note: text(`types.${type}`), words: key }),
    ),
    ...(tags.data?.items ?? []).map(({ id, name, people: count, values }) =>
      choice('tag', id, name, () => newTag(id), { note: people(count), words: values.join(' ') }),
    ),
    ...(models.data?.items ?? []).map(({ id, name, layers }) =>
      choice('layer', id, name, () => newLayer(id), { words: layers.map(({ label }) => pick(label)).join(' ') }),
    ),
    ...(segments.data?.items ?? [])
      .filter(({ id }) => id !== segmentId)
      .map(({ id, name, count }) => choice('segment', id, name, () => newSegment(id), { note: people(count) })),
    ...messageBehaviours.map((behaviour) => choice('message', behaviour, text(`message.behaviours.${behaviour}`), () => newMessage(behaviour))),
    choice('consent', 'sms', text('consent.sms'), newConsent),
  ]
}
