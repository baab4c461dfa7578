import { PlusOutlined } from '@ant-design/icons'
import { Button, Input, Select, Skeleton, Tag as AntdTag, Tooltip } from 'antd'
import { useState } from 'react'
import type { AnswerOf } from '../../../../contracts/client.ts'
import { tagRoutes, tagSources, type Tag } from '../../../../contracts/tags.ts'
import { useAct, usePages, useRead } from '../../ui/api.ts'
import { ErrorView } from '../../ui/error-view.tsx'
import { formatInstant } from '../../ui/format.ts'
import { NamedSelect } from '../../ui/named-select.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useMay, useZone } from '../../ui/session-context.ts'
import { useText } from '../../ui/text.ts'
import { DateTime } from '../../ui/values.tsx'
import { tagColourName } from './tag-words.ts'

type OwnTag = AnswerOf<typeof tagRoutes.listPersonTags>['items'][number]

/** The person's tags, with since when, by whom and how long; given and taken here; what came and went before on request. */
export function PersonTags({ personId }: { personId: number }) {
  const text = useText('people')
  const may = useMay()
  const [showsHistory, setShowsHistory] = useState(false)
  const tags = useRead(tagRoutes.listPersonTags, { params: { personId } })
  const change = useAct(tagRoutes.changePersonTags)
  return (
    <Panel
      title={text('tags.title')}
      extra={
        <Button type="link" size="small" aria-expanded={showsHistory} onClick={() => setShowsHistory(!showsHistory)}>
          {text('tags.history')}
        </Button>
      }
    >
      {tags.error && <ErrorView error={tags.error} retry={() => void tags.refetch()} />}
      {tags.isPending && <Skeleton active title={false} paragraph={{ rows: 1 }} />}
      {tags.data?.items.length === 0 && <p className="faint">{text('tags.none')}</p>}
      <div className="tags">
        {tags.data?.items.map((tag) => (
          <OneTag
            key={tag.tagId + tag.value}
            tag={tag}
            onRemove={
              may('people.write') ? () => change.mutate({ params: { personId }, body: { remove: [{ tagId: tag.tagId, value: tag.value }] } }) : undefined
            }
          />
        ))}
      </div>
      {may('people.write') && <AddTag onAdd={(tagId, value) => change.mutateAsync({ params: { personId }, body: { set: [{ tagId, value }] } })} />}
      {showsHistory && <TagHistory personId={personId} />}
    </Panel>
  )
}

function OneTag({ tag, onRemove }: { tag: OwnTag; onRemove: (() => void) | undefined }) {
  const text = useText('people')
  const zone = useZone()
  const sourceOf = useSourceWords()
  const words = tag.value === '' ? tag.name : `${tag.name}=${tag.value}`
  const since = text('tags.since', { date: formatInstant(tag.setAt, zone).date })
  const until = tag.expiresAt === null ? '' : text('tags.until', { date: formatInstant(tag.expiresAt, zone).date })
  return (
    <Tooltip title={[since, sourceOf(tag.source), tag.setBy, until, tag.retired ? text('tags.retired') : ''].filter(Boolean).join(' · ')}>
      <AntdTag
        color={tagColourName(tag.colour)}
        className={tag.retired ? 'tag-retired' : ''}
        closable={onRemove !== undefined}
        closeIcon={onRemove && <span aria-label={text('tags.remove', { name: words })}>×</span>}
        onClose={(event) => {
          event.preventDefault()
          onRemove?.()
        }}
      >
        {words}
        {tag.expiresAt !== null && <small> · {until}</small>}
      </AntdTag>
    </Tooltip>
  )
}

/** Who put it there, in words; capabilities that name themselves by their names. */
function useSourceWords(): (source: string) => string {
  const text = useText('people')
  return (source) => {
    const known = tagSources.find((one) => one === source)
    return known ? text(`tags.sources.${known}`) : source
  }
}

function AddTag({ onAdd }: { onAdd: (tagId: string, value: string) => Promise<unknown> }) {
  const text = useText('people')
  const common = useText('common')
  const [isOpen, setOpen] = useState(false)
  const [tag, setTag] = useState<Tag>()
  const [value, setValue] = useState('')
  const known = useRead(tagRoutes.listTags, { query: {}, enabled: isOpen })
  const finish = (chosen: Tag, own: string): void => {
    void onAdd(chosen.id, own).then(
      () => {
        setTag(undefined)
        setValue('')
      },
      () => undefined,
    )
  }
  if (!isOpen)
    return (
      <Button type="link" size="small" icon={<PlusOutlined aria-hidden="true" />} onClick={() => setOpen(true)}>
        {text('tags.add')}
      </Button>
    )
  return (
    <div className="tag-add">
      <NamedSelect<string>
        label={text('tags.add')}
        placeholder={text('tags.which')}
        autoFocus
        defaultOpen
        showSearch={{ optionFilterProp: 'label' }}
        value={tag?.id}
        loading={known.isPending}
        notFoundContent={known.isPending ? null : text('tags.noneDefined')}
        onChange={(id) => {
          const chosen = known.data?.items.find((one) => one.id === id)
          setTag(chosen)
          if (chosen?.kind === 'flag') finish(chosen, '')
        }}
        options={known.data?.items.map((one) => ({ value: one.id, label: one.name }))}
      />
      {tag?.kind === 'value' && (
        <>
          {tag.values.length > 0 ? (
            <Select
              aria-label={text('tags.value')}
              placeholder={text('tags.value')}
              autoFocus
              value={value || undefined}
              onChange={setValue}
              options={tag.values.map((one) => ({ value: one, label: one }))}
            />
          ) : (
            <Input
              aria-label={text('tags.value')}
              placeholder={text('tags.value')}
              autoFocus
              maxLength={100}
              value={value}
              onChange={(event) => setValue(event.target.value)}
              onPressEnter={() => value.trim() !== '' && finish(tag, value.trim())}
            />
          )}
          <Button type="primary" disabled={value.trim() === ''} onClick={() => finish(tag, value.trim())}>
            {common('save')}
          </Button>
        </>
      )}
      <Button type="text" onClick={() => setOpen(false)}>
        {common('cancel')}
      </Button>
    </div>
  )
}

function TagHistory({ personId }: { personId: number }) {
  const text = useText('people')
  const sourceOf = useSourceWords()
  const pages = usePages(tagRoutes.readPersonTagHistory, { params: { personId }, query: { limit: 20 } })
  if (pages.error) return <ErrorView error={pages.error} retry={pages.retry} />
  if (pages.isLoading) return <Skeleton active title={false} paragraph={{ rows: 2 }} />
  if (pages.rows.length === 0) return <p className="faint">{text('tags.noHistory')}</p>
  return (
    <ol className="ledger" aria-label={text('tags.history')}>
      {pages.rows.map((change) => (
        <li key={change.id}>
          <span>
            <DateTime at={change.at} /> {text(`tags.changes.${change.change}`)}{' '}
            <b>{change.value === '' ? change.tagName : `${change.tagName}=${change.value}`}</b>
          </span>
          <small className="faint">{[sourceOf(change.source), change.setBy].filter(Boolean).join(' · ')}</small>
        </li>
      ))}
      {pages.hasMore && (
        <Button block type="text" loading={pages.isLoadingMore} onClick={pages.loadMore}>
          {text('person.more')}
        </Button>
      )}
    </ol>
  )
}
