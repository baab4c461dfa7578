import { Alert, Checkbox } from 'antd'
import { collectRoutes } from '../../../../../contracts/collect.ts'
import type { EventSchema, SchemaOverflow } from '../../../../../contracts/event-schemas.ts'
import { usePages, useRead } from '../../../ui/api.ts'
import { DataTable, type Column } from '../../../ui/data-table.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { FilterBar, SearchFilter } from '../../../ui/filter-bar.tsx'
import { formatList } from '../../../ui/format.ts'
import { Link, peoplePath } from '../../../ui/link.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { useLocale, useText } from '../../../ui/text.ts'
import { useUrlState } from '../../../ui/url-state.ts'
import { Ago, Count, StateTag, useEventWords } from '../../../ui/values.tsx'
import { EventDrawer } from './event-drawer.tsx'
import { schemaTones } from './event-tones.ts'
import '../imports/imports.css'
import '../sources/sources.css'

const eventPath = (event: string): string => `/data/events?event=${encodeURIComponent(event)}`

/** Every kind of event that ever came in: how often, by whom, with what properties; and what is said about each. */
export function EventsPage() {
  const text = useText('data')
  const [state, setState] = useUrlState('search', 'event', 'hidden')
  const query = state.hidden === undefined ? {} : { hidden: 'include' as const }
  const pages = usePages(collectRoutes.listEventSchemas, { query })
  const schemas = useRead(collectRoutes.listEventSchemas, { query })
  const eventWords = useEventWords()
  const words = (state.search ?? '').toLowerCase()
  const rows = pages.rows.filter(
    (row) =>
      row.event.toLowerCase().includes(words) ||
      eventWords(row.event).toLowerCase().includes(words) ||
      row.properties.some((property) => property.key.toLowerCase().includes(words)),
  )
  return (
    <>
      <PageHeader title={text('events.title')} lead={text('events.lead')} />
      <Overflows overflows={schemas.data?.overflows ?? []} />
      <DataTable
        name="events"
        label={text('events.title')}
        columns={useColumns()}
        pages={{ ...pages, rows }}
        rowKey={(row) => row.event}
        rowTo={(row) => eventPath(row.event)}
        noun={(count) => text('events.noun', { count })}
        toolbar={
          <FilterBar>
            <SearchFilter value={state.search} onChange={(search) => setState({ search })} placeholder={text('events.search')} />
            <Checkbox checked={state.hidden !== undefined} onChange={(event) => setState({ hidden: event.target.checked ? '1' : undefined })}>
              {text('events.withHidden')}
            </Checkbox>
          </FilterBar>
        }
        empty={
          words === '' ? (
            <EmptyState
              title={text('events.empty')}
              why={text('events.emptyWhy')}
              action={<Link to="/data/imports/new?target=events">{text('actions.import')}</Link>}
            />
          ) : (
            <EmptyState title={text('events.noneFound')} />
          )
        }
      />
      {state.event !== undefined && <EventDrawer key={state.event} name={state.event} onClose={() => setState({ event: undefined })} />}
    </>
  )
}

function useColumns(): Column<EventSchema>[] {
  const text = useText('data')
  const eventWords = useEventWords()
  return [
    {
      key: 'event',
      title: text('events.event'),
      fixed: true,
      render: (row) => (
        <Link to={eventPath(row.event)} className="event-link">
          {eventWords(row.event)}
          {eventWords(row.event) !== row.event && <small className="faint event-own-name">{row.event}</small>}
        </Link>
      ),
    },
    { key: 'state', title: text('events.state'), render: (row) => <StateTag tone={schemaTones[row.state]} text={text(`events.states.${row.state}`)} /> },
    { key: 'count', title: text('events.count'), align: 'right', render: (row) => <Count value={row.count} /> },
    {
      key: 'people',
      title: text('events.people'),
      align: 'right',
      render: (row) => (
        <Link to={peoplePath({ event: row.event })}>
          <Count value={row.people} />
        </Link>
      ),
    },
    { key: 'last', title: text('events.lastAt'), render: (row) => <Ago at={row.lastAt} /> },
    { key: 'first', title: text('events.firstAt'), render: (row) => <Ago at={row.firstAt} />, hiddenAtFirst: true },
    {
      key: 'violations',
      title: text('events.violations'),
      align: 'right',
      render: (row) => <Count value={row.violations} />,
      hiddenAtFirst: true,
    },
    {
      key: 'properties',
      title: text('events.properties'),
      render: (row) => (
        <span className="faint">
          {row.properties
            .slice(0, 5)
            .map((property) => property.key)
            .join(', ')}
          {row.properties.length > 5 && ` +${row.properties.length - 5}`}
        </span>
      ),
    },
  ]
}

/** Names past the limits, where they cannot be missed. */
function Overflows({ overflows }: { overflows: readonly SchemaOverflow[] }) {
  const text = useText('data')
  const locale = useLocale()
  const eventWords = useEventWords()
  return overflows.map(({ event, namesMax, count, examples }) => (
    <Alert
      key={event ?? ''}
      className="stack-alert"
      type="warning"
      showIcon
      title={
        event === null
          ? text('events.overflowEvents', { max: namesMax, count })
          : text('events.overflowProperties', { max: namesMax, count, event: eventWords(event) })
      }
      description={text('events.overflowHelp', { examples: formatList(examples, locale) })}
    />
  ))
}
