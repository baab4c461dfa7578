import { useState } from 'react'
import { audienceRoutes, type Segment } from '../../../../../contracts/audience.ts'
import type { Rule } from '../../../../../contracts/rule.ts'
import { useAct } from '../../../ui/api.ts'
import { useGo } from '../../../ui/link.tsx'
import { useText } from '../../../ui/text.ts'

/** What of a segment can be changed. */
export interface SegmentValues {
  name: string
  description: string
  rule: Rule
}

export interface Saving {
  save: (values: SegmentValues) => void
  isSaving: boolean
  /** Why it was not saved, until the next try. */
  error: Error | null
  /** The rule that was tried; problems belong to it and to no later one. */
  rule: Rule | undefined
  /** Saving was tried without a name. */
  isNameless: boolean
}

interface SaveOptions {
  /** Undefined makes a new one and goes to it. */
  segment?: Segment
  onLeave: () => void
  onNameless: () => void
}

/** Saves a segment with its rule; a new one gets a page of its own. */
export function useSaveSegment({ segment, onLeave, onNameless }: SaveOptions): Saving {
  const text = useText('audience')
  const go = useGo()
  const [rule, setRule] = useState<Rule>()
  const [isNameless, setNameless] = useState(false)
  const create = useAct(audienceRoutes.createSegment, {
    showsErrorItself: true,
    done: text('editor.done'),
    onDone: (made) => {
      onLeave()
      go(`/segments/${made.id}`, { replace: true })
    },
  })
  const update = useAct(audienceRoutes.updateSegment, { showsErrorItself: true, done: text('editor.done') })
  const save = (values: SegmentValues): void => {
    setNameless(values.name.trim() === '')
    if (values.name.trim() === '') return onNameless()
    setRule(values.rule)
    if (segment) update.mutate({ params: { id: segment.id }, body: values })
    else create.mutate({ body: values })
  }
  return { save, isSaving: create.isPending || update.isPending, error: create.error ?? update.error, rule, isNameless }
}
