import { Select } from 'antd'
import { collectRoutes } from '../../../../../contracts/collect.ts'
import { useRead } from '../../../ui/api.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Link } from '../../../ui/link.tsx'
import { Loaded } from '../../../ui/loading.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { useText } from '../../../ui/text.ts'
import { useUrlState } from '../../../ui/url-state.ts'
import { SourceMessages } from './source-messages.tsx'

/** Messages of one source as they arrive. */
export function DebuggerPage() {
  const text = useText('data')
  const [state, setState] = useUrlState('source', 'message')
  const sources = useRead(collectRoutes.listSources)
  return (
    <>
      <PageHeader title={text('debugger.title')} lead={text('debugger.lead')} />
      <Loaded query={sources}>
        {({ items }) => {
          const heard = items.filter(({ kind }) => kind !== 'import' && kind !== 'provider')
          const chosen = heard.find(({ id }) => id === state.source) ?? heard.toSorted((left, right) => latest(right) - latest(left))[0]
          if (!chosen)
            return (
              <EmptyState
                title={text('debugger.noSources')}
                why={text('debugger.noSourcesWhy')}
                action={<Link to="/data/sources?create=1">{text('sources.create')}</Link>}
              />
            )
          return (
            <>
              <Select
                className="debugger-source"
                aria-label={text('debugger.chooseSource')}
                value={chosen.id}
                onChange={(source: string) => setState({ source, message: undefined })}
                options={heard.map(({ id, name }) => ({ value: id, label: name }))}
                popupMatchSelectWidth={false}
              />
              <SourceMessages key={chosen.id} sourceId={chosen.id} />
            </>
          )
        }}
      </Loaded>
    </>
  )
}

function latest({ lastEventAt }: { lastEventAt: string | null }): number {
  return lastEventAt === null ? 0 : Date.parse(lastEventAt)
}
