import { SwapOutlined } from '@ant-design/icons'
import { App, Button } from 'antd'
import { oneIdRoutes } from '../../../../contracts/one-id.ts'
import { useAct, useRead } from '../../ui/api.ts'
import { ErrorView } from '../../ui/error-view.tsx'
import { useGo } from '../../ui/link.tsx'
import { PageSkeleton } from '../../ui/loading.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { PermissionGate } from '../../ui/permission-gate.tsx'
import { useText } from '../../ui/text.ts'
import { useUrlState } from '../../ui/url-state.ts'
import { CompareSides } from './compare-sides.tsx'
import { MergeNotes } from './merge-notes.tsx'
import { PersonSelect } from './person-select.tsx'
import './one-id.css'

const idOf = (value: string | undefined): number | undefined => (value !== undefined && /^[1-9]\d{0,9}$/.test(value) ? Number(value) : undefined)
const textOf = (personId: number | undefined): string | undefined => (personId === undefined ? undefined : String(personId))

/** Two people made one by hand: who stays, who goes, what would come of it, and a way back afterwards. */
export function MergePage() {
  const text = useText('one-id')
  const [url, setUrl] = useUrlState('kept', 'merged')
  const [keptId, mergedId] = [idOf(url.kept), idOf(url.merged)]
  return (
    <>
      <PageHeader title={text('merge.title')} lead={text('merge.lead')} parent={{ label: text('merges.title'), to: '/one-id/merges' }} />
      <div className="panel merge-choice">
        <div>
          <span className="faint">{text('compare.kept')}</span>
          <PersonSelect label={text('compare.kept')} value={keptId} onChange={(next) => setUrl({ kept: textOf(next) })} />
        </div>
        <Button
          icon={<SwapOutlined />}
          aria-label={text('merge.swap')}
          title={text('merge.swap')}
          onClick={() => setUrl({ kept: url.merged, merged: url.kept })}
        />
        <div>
          <span className="faint">{text('compare.merged')}</span>
          <PersonSelect label={text('compare.merged')} value={mergedId} onChange={(next) => setUrl({ merged: textOf(next) })} />
        </div>
      </div>
      {keptId !== undefined && mergedId !== undefined ? (
        keptId === mergedId ? (
          <p className="faint">{text('merge.samePerson')}</p>
        ) : (
          <MergePreviewed keptId={keptId} mergedId={mergedId} />
        )
      ) : (
        <p className="faint">{text('merge.chooseTwo')}</p>
      )}
    </>
  )
}

function MergePreviewed({ keptId, mergedId }: { keptId: number; mergedId: number }) {
  const text = useText('one-id')
  const go = useGo()
  const { message } = App.useApp()
  const preview = useRead(oneIdRoutes.previewMerge, { body: { keptId, mergedId } })
  const undo = useAct(oneIdRoutes.undoMerge, { done: text('merges.undone') })
  const merge = useAct(oneIdRoutes.mergePerson, {
    onDone: ({ mergeId, personId }) => {
      const key = `merge-${mergeId}`
      const back = (): void => {
        message.destroy(key)
        undo.mutate({ params: { mergeId } })
      }
      void message.success({
        key,
        duration: 10,
        content: (
          <>
            {text('merge.done')}{' '}
            <button type="button" className="link-button" onClick={back}>
              {text('merges.undo')}
            </button>
          </>
        ),
      })
      go(`/people/${personId}`)
    },
  })
  if (preview.error) return <ErrorView error={preview.error} retry={() => void preview.refetch()} />
  if (!preview.data) return <PageSkeleton />
  return (
    <section className="panel decision">
      <MergeNotes preview={preview.data} />
      <CompareSides preview={preview.data} />
      <div className="decision-confirm">
        <span className="faint">{text('merge.consequence')}</span>
        <PermissionGate permission="people.merge">
          <Button type="primary" loading={merge.isPending} onClick={() => merge.mutate({ body: { keptId, mergedId } })}>
            {text('merge.verb')}
          </Button>
        </PermissionGate>
      </div>
    </section>
  )
}
