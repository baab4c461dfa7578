import { Button, Progress } from 'antd'
import { tagRoutes, type TagAction } from '../../../../contracts/tags.ts'
import { useAct, usePages } from '../../ui/api.ts'
import { ConfirmAction } from '../../ui/confirm-action.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useLocaleText, useText } from '../../ui/text.ts'
import { Ago, Count, StateTag, type StateTone } from '../../ui/values.tsx'

const atWork = new Set<TagAction['state']>(['collecting', 'running', 'undoing'])
const tones: Record<TagAction['state'], StateTone['tone']> = {
  collecting: 'accent',
  running: 'accent',
  undoing: 'accent',
  finished: 'good',
  undone: 'neutral',
  cancelled: 'neutral',
  failed: 'bad',
}

/** Changes to many people, newest first: how far they are, and how to stop or undo them. */
export function ActionsPanel() {
  const text = useText('tags')
  const common = useText('common')
  const pages = usePages(tagRoutes.listTagActions, { query: { limit: 5 }, refetchSeconds: 3 })
  if (pages.rows.length === 0) return null
  return (
    <Panel title={text('actions.title')}>
      <ol className="tag-actions">
        {pages.rows.map((action) => (
          <OneAction key={action.id} action={action} />
        ))}
      </ol>
      {pages.hasMore && (
        <Button size="small" loading={pages.isLoadingMore} onClick={pages.loadMore}>
          {common('table.more')}
        </Button>
      )}
    </Panel>
  )
}

function OneAction({ action }: { action: TagAction }) {
  const text = useText('tags')
  const pick = useLocaleText()
  const may = useMay()
  const cancel = useAct(tagRoutes.cancelTagAction)
  const undo = useAct(tagRoutes.undoTagAction)
  const tag = action.value === '' || action.kind === 'merge' ? action.tagName : `${action.tagName}=${action.value}`
  const percent = action.peopleTotal ? Math.floor((action.peopleDone / action.peopleTotal) * 100) : 0
  return (
    <li>
      <div className="tag-action-words">
        <span>{text(`actions.kinds.${action.kind}`, { tag, into: action.intoTagName ?? '' })}</span>
        <StateTag tone={tones[action.state]} text={text(`actions.states.${action.state}`)} />
        {action.state === 'running' && <Progress percent={percent} size="small" aria-label={text(`actions.states.${action.state}`)} />}
        <small className="faint">
          <Count value={action.peopleDone} />
          {action.peopleTotal !== null && (
            <>
              {' / '}
              <Count value={action.peopleTotal} />
            </>
          )}{' '}
          {text('actions.people')} · {text('actions.changed')} <Count value={action.peopleChanged} /> · {action.createdBy} · <Ago at={action.createdAt} />
        </small>
        {action.error && <small className="bad">{pick(action.error)}</small>}
      </div>
      {may('audience.write') && atWork.has(action.state) && action.state !== 'undoing' && (
        <Button size="small" loading={cancel.isPending} onClick={() => cancel.mutate({ params: { id: action.id } })}>
          {text('actions.cancel')}
        </Button>
      )}
      {may('audience.write') && action.canUndo && (
        <ConfirmAction
          size="small"
          title={text('actions.undoTitle')}
          consequence={text('actions.undoConsequence')}
          verb={text('actions.undo')}
          onConfirm={() => undo.mutateAsync({ params: { id: action.id } })}
        >
          {text('actions.undo')}
        </ConfirmAction>
      )}
    </li>
  )
}
