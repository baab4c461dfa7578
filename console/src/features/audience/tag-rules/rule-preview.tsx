import { Button } from 'antd'
import { useState } from 'react'
import { tagRuleRoutes, type TagRuleInput, type TagRulePreview } from '../../../../../contracts/tag-rules.ts'
import { useRead } from '../../../ui/api.ts'
import { ErrorView } from '../../../ui/error-view.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { useText } from '../../../ui/text.ts'
import { Count, PersonLink } from '../../../ui/values.tsx'

interface RulePreviewProps {
  tagId: string
  body: TagRuleInput
  isFinished: boolean
}

/** Who would get and lose the tag; asked for, and said to be old once the rule is changed. */
export function RulePreview({ tagId, body, isFinished }: RulePreviewProps) {
  const text = useText('audience')
  const [asked, setAsked] = useState<Pick<TagRuleInput, 'cases' | 'leaving'>>()
  const preview = useRead(tagRuleRoutes.previewTagRule, {
    params: { id: tagId },
    body: asked ?? { cases: [] as never, leaving: 'take' },
    enabled: asked !== undefined,
  })
  const wanted = { cases: body.cases, leaving: body.leaving }
  const isStale = asked !== undefined && JSON.stringify(asked) !== JSON.stringify(wanted)
  return (
    <Panel title={text('tagRules.preview')}>
      <Button block loading={preview.isFetching} disabled={!isFinished} onClick={() => setAsked(wanted)}>
        {text('tagRules.ask')}
      </Button>
      {preview.error && <ErrorView error={preview.error} retry={() => void preview.refetch()} />}
      {preview.data && (
        <div className={isStale ? 'tag-preview tag-preview-stale' : 'tag-preview'}>
          {isStale && <p className="faint">{text('tagRules.stale')}</p>}
          <Changes preview={preview.data} />
        </div>
      )}
    </Panel>
  )
}

function Changes({ preview }: { preview: TagRulePreview }) {
  const text = useText('audience')
  return (
    <>
      <dl className="tag-preview-numbers">
        {(['people', 'given', 'taken', 'byHand'] as const).map((name) => (
          <div key={name}>
            <dt>{text(`tagRules.numbers.${name}`)}</dt>
            <dd>
              <Count value={preview[name]} />
            </dd>
          </div>
        ))}
      </dl>
      {preview.values.some(({ value }) => value !== '') && (
        <ul className="tag-preview-people">
          {preview.values.map(({ value, people }) => (
            <li key={value}>
              <span>{value}</span> <Count value={people} />
            </li>
          ))}
        </ul>
      )}
      <Some title={text('tagRules.gets')} people={preview.gets} />
      <Some title={text('tagRules.loses')} people={preview.loses} />
    </>
  )
}

function Some({ title, people }: { title: string; people: TagRulePreview['gets'] }) {
  if (people.length === 0) return null
  return (
    <>
      <h3>{title}</h3>
      <ul className="tag-preview-people">
        {people.map(({ personId, name, value }) => (
          <li key={`${personId} ${value}`}>
            <PersonLink personId={personId} name={name} /> {value !== '' && <small className="faint">{value}</small>}
          </li>
        ))}
      </ul>
    </>
  )
}
