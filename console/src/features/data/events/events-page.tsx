import { collectRoutes } from '../../../../../contracts/collect.ts'
import type { z } from 'zod'
import type { EventSchema } from '../../../../../contracts/collect.ts'
import { usePages } from '../../../ui/api.ts'
import { DataTable, type Column } from '../../../ui/data-table.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { FilterBar, SearchFilter } from '../../../ui/filter-bar.tsx'
import { Link, peoplePath } from '../../../ui/link.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { useText } from '../../../ui/text.ts'
import { useUrlState } from '../../../ui/url-state.ts'
import { Ago, Count, useEventWords } from '../../../ui/values.tsx'
import { EventDrawer } from './event-drawer.tsx'
import '../imports/imports.css'

type Row = z.infer<typeof EventSchema>

/** Every kind of event that ever came in: how often, by whom, with what properties. */
export function EventsPage() {
  const text = useText('data')
  const [state, setState] = useUrlState('search', 'event')
  const pages = usePages(collectRoutes.listEventSchemas)
  const eventWords = useEventWords()
  const words = (state.search ?? '').toLowerCase()
  const rows = pages.rows.filter(
    (row) => row.event.toLowerCase().includes(words) || row.properties.some((property) => property.key.toLowerCase().includes(words)),
  )
  const open = pages.rows.find((row) => row.event === state.event)
  const columns: Column<Row>[] = [
    {
      key: 'event',
      title: text('events.event'),
      fixed: true,
      render: (row) => (
        <>
          <Link to={`/data/events?event=${encodeURIComponent(row.event)}`}>{row.event}</Link>{' '}
          {eventWords(row.event) !== row.event && <small className="faint">{eventWords(row.event)}</small>}
        </>
      ),
    },
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
  return (
    <>
      <PageHeader title={text('events.title')} lead={text('events.lead')} />
      <DataTable
        name="events"
        label={text('events.title')}
        columns={columns}
        pages={{ ...pages, rows }}
        rowKey={(row) => row.event}
        rowTo={(row) => `/data/events?event=${encodeURIComponent(row.event)}`}
        noun={text('events.noun')}
        toolbar={
          <FilterBar>
            <SearchFilter value={state.search} onChange={(search) => setState({ search })} placeholder={text('events.search')} />
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
      {open && <EventDrawer event={open} onClose={() => setState({ event: undefined })} />}
    </>
  )
}
