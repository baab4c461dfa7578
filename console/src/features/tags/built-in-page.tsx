import { Button, Skeleton } from 'antd'
import { useState } from 'react'
import { tagRuleRoutes, type BuiltInTag } from '../../../../contracts/tag-rules.ts'
import { useAct, useRead } from '../../ui/api.ts'
import { ErrorView } from '../../ui/error-view.tsx'
import { Link } from '../../ui/link.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useLocale, useLocaleText, useText } from '../../ui/text.ts'
import { Coverage } from './coverage.tsx'
import { PreferenceDrawer } from './preference-drawer.tsx'
import './tags.css'

/** Tags that need nobody to build them: preferences computed for everyone, and what campaigns brought. */
export function BuiltInPage() {
  const text = useText('tags')
  const listed = useRead(tagRuleRoutes.listBuiltInTags, { refetchSeconds: 5 })
  const [edited, setEdited] = useState<BuiltInTag>()
  if (listed.error) return <ErrorView error={listed.error} retry={() => void listed.refetch()} />
  if (!listed.data) return <Skeleton active />
  const { items } = listed.data
  return (
    <>
      <PageHeader title={text('builtIn.title')} lead={text('builtIn.lead')} parent={{ label: text('title'), to: '/tags' }} />
      {(['preference', 'feedback'] as const).map((group) => (
        <Panel key={group} title={text(`builtIn.groups.${group}`)}>
          <ul className="built-in-tags">
            {items
              .filter((item) => item.group === group)
              .map((item) => (
                <BuiltIn key={item.key} item={item} onEdit={() => setEdited(item)} />
              ))}
          </ul>
        </Panel>
      ))}
      {edited && <PreferenceDrawer item={edited} onClose={() => setEdited(undefined)} />}
    </>
  )
}

function BuiltIn({ item, onEdit }: { item: BuiltInTag; onEdit: () => void }) {
  const text = useText('tags')
  const pick = useLocaleText()
  const locale = useLocale()
  const mayWrite = useMay()('audience.write')
  const switchOn = useAct(tagRuleRoutes.switchOnTag, { done: text('builtIn.on') })
  const { tag, rule, missing } = item
  const isPreference = item.group === 'preference'
  return (
    <li className={missing.length > 0 && !tag ? 'built-in-missing' : undefined}>
      <div>
        <b>{tag ? <Link to={`/tags/${tag.id}`}>{tag.name}</Link> : pick(item.label)}</b>
        <p>{pick(item.description)}</p>
        {!tag && missing.map((words) => <small key={words.en}>{pick(words)}</small>)}
        {rule?.lastRun?.error && <small className="built-in-failed">{pick(rule.lastRun.error)}</small>}
      </div>
      {tag ? <Coverage tag={tag} /> : <span />}
      {mayWrite && (
        <span className="built-in-buttons">
          {isPreference && (tag !== null || missing.length > 0) && (
            <Button size="small" onClick={onEdit}>
              {text('builtIn.settings')}
            </Button>
          )}
          {!tag && missing.length === 0 && (
            <Button
              size="small"
              type="primary"
              loading={switchOn.isPending}
              aria-label={text('builtIn.switchOnNamed', { name: pick(item.label) })}
              onClick={() => switchOn.mutate({ body: { key: item.key, settings: {}, locale } })}
            >
              {text('builtIn.switchOn')}
            </Button>
          )}
        </span>
      )}
    </li>
  )
}
