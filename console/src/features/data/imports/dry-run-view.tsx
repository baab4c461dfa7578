import { Alert, Button, Progress, Segmented } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { ProblemError } from '../../../../../contracts/client.ts'
import { dryRunOutcomeLabels, dryRunOutcomes, type DryRun, type DryRunExample, type DryRunOutcome } from '../../../../../contracts/import-foresight.ts'
import { type ImportSetup } from '../../../../../contracts/import-setup.ts'
import { importRoutes, type Import } from '../../../../../contracts/imports.ts'
import { useAct, useRead } from '../../../ui/api.ts'
import { ErrorView } from '../../../ui/error-view.tsx'
import { formatCount, formatPercent, formatSeconds } from '../../../ui/format.ts'
import { Link } from '../../../ui/link.tsx'
import { PageSkeleton } from '../../../ui/loading.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { useLocale, useLocaleText, useText } from '../../../ui/text.ts'
import { Count } from '../../../ui/values.tsx'

/** A look at what the import would do, changing nothing. One that was made for the same choices is shown again, another is made anew. */
export function DryRunView({ one, setup }: { one: Import; setup: ImportSetup }) {
  const text = useText('data')
  const params = { id: one.id }
  const dryRun = useRead(importRoutes.readDryRun, { params })
  const isRunning = dryRun.data?.state === 'running'
  // NOTE: the same read with the same key, only repeated while the numbers move.
  useRead(importRoutes.readDryRun, { params, enabled: isRunning, refetchSeconds: 1 })
  const start = useAct(importRoutes.startDryRun, { showsErrorItself: true })
  const isNone = dryRun.error instanceof ProblemError && dryRun.error.problem.name === 'precondition'
  const isOther = dryRun.data !== undefined && sameAs(dryRun.data.setup) !== sameAs(setup)
  const isWanted = isNone || isOther
  const asked = useRef<string>(undefined)
  const body = sameAs(setup)
  useEffect(() => {
    if (!isWanted || asked.current === body) return
    asked.current = body
    start.mutate({ params: { id: one.id }, body: JSON.parse(body) as ImportSetup })
  }, [isWanted, body, start, one.id])
  if (start.error) return <ErrorView error={start.error} />
  if (dryRun.error && !isNone) return <ErrorView error={dryRun.error} retry={() => void dryRun.refetch()} />
  if (!dryRun.data || isOther) return <PageSkeleton />
  return (
    <>
      <Alert type="info" showIcon className="dry-run-note" title={text('dryRun.note')} />
      {dryRun.data.state === 'running' && <Running run={dryRun.data} id={one.id} />}
      <Picture run={dryRun.data} onAgain={() => start.mutate({ params, body: setup })} />
    </>
  )
}

/** The same choices give the same text, whatever the order they were made in. */
const sameAs = ({ target, mapping, options }: ImportSetup): string =>
  JSON.stringify({
    target,
    mapping,
    options: Object.fromEntries(
      Object.entries(options ?? {})
        .filter(([, value]) => value !== undefined)
        .toSorted(([left], [right]) => (left < right ? -1 : 1)),
    ),
  })

function Running({ run, id }: { run: DryRun; id: string }) {
  const text = useText('data')
  const locale = useLocale()
  const cancel = useAct(importRoutes.cancelDryRun)
  const share = run.rowsRead / Math.max(1, Math.min(run.rowsEstimated, run.rowsMax ?? Infinity))
  return (
    <div className="dry-run-progress" role="status">
      <Progress percent={Math.min(99, Math.floor(share * 100))} status="active" aria-label={text('dryRun.running')} />
      <span className="faint number">
        {run.rowsPerSecond !== null && text('imports.speed', { rows: formatCount(Math.round(run.rowsPerSecond), locale) })}
        {run.secondsLeft !== null && ` · ${text('imports.left', { time: formatSeconds(run.secondsLeft, locale) })}`}
      </span>
      <Button size="small" onClick={() => cancel.mutate({ params: { id } })}>
        {text('dryRun.stop')}
      </Button>
    </div>
  )
}

const goodOutcomes: ReadonlySet<DryRunOutcome> = new Set(['new', 'changed', 'unchanged', 'skipped', 'merged'])

function Picture({ run, onAgain }: { run: DryRun; onAgain: () => void }) {
  const text = useText('data')
  const pick = useLocaleText()
  const locale = useLocale()
  const [shown, setShown] = useState<DryRunOutcome>()
  const counted = dryRunOutcomes.filter((outcome) => run.counts[outcome] > 0)
  const total = Math.max(1, run.rowsRead)
  return (
    <>
      {run.error && <Alert type="error" showIcon className="dry-run-note" title={pick(run.error)} />}
      <Panel
        title={text('dryRun.title')}
        extra={
          <span className="faint">
            {run.isWhole ? text('dryRun.whole') : text('dryRun.part')} · <Count value={run.rowsRead} /> {text('imports.rows', { count: run.rowsRead })}
            {run.state !== 'running' && (
              <Button type="link" size="small" onClick={onAgain}>
                {text('dryRun.again')}
              </Button>
            )}
          </span>
        }
      >
        <div className="dry-run-bar" aria-hidden="true">
          {counted.map((outcome) => (
            <i key={outcome} className={`dry-run-${outcome}`} style={{ flexGrow: run.counts[outcome] }} />
          ))}
        </div>
        <ul className="dry-run-counts">
          {dryRunOutcomes.map((outcome) => (
            <li key={outcome} className={run.counts[outcome] === 0 ? 'faint' : ''}>
              <i className={`dry-run-${outcome}`} aria-hidden="true" />
              <button
                type="button"
                disabled={run.counts[outcome] === 0}
                aria-pressed={shown === outcome}
                onClick={() => setShown(shown === outcome ? undefined : outcome)}
              >
                {pick(dryRunOutcomeLabels[outcome])}
              </button>
              <b className="number">{formatCount(run.counts[outcome], locale)}</b>
              <small className="faint number">{formatPercent(run.counts[outcome] / total, locale, 1)}</small>
            </li>
          ))}
        </ul>
        {counted.every((outcome) => !goodOutcomes.has(outcome)) && run.state === 'finished' && run.rowsRead > 0 && (
          <Alert type="error" showIcon title={text('dryRun.nothingGoesIn')} />
        )}
      </Panel>
      <div className="dry-run-columns">
        <Missing run={run} total={total} />
        <Problems run={run} />
      </div>
      <Examples run={run} shown={shown} onShow={setShown} outcomes={counted} />
    </>
  )
}

/** How often a mapped column is empty. */
function Missing({ run, total }: { run: DryRun; total: number }) {
  const text = useText('data')
  const locale = useLocale()
  const missing = run.missing.filter(({ rows }) => rows > 0).toSorted((left, right) => right.rows - left.rows)
  return (
    <Panel title={text('dryRun.missing')}>
      {missing.length === 0 && <p className="faint">{text(run.rowsRead === 0 ? 'dryRun.nothingYet' : 'dryRun.nothingMissing')}</p>}
      <ul className="missing-bars">
        {missing.slice(0, 12).map(({ column, header, rows }) => (
          <li key={column}>
            <span>{header || text('imports.columnNumber', { number: column + 1 })}</span>
            <span className="missing-bar" aria-hidden="true">
              <i style={{ width: `${Math.min(100, (rows / total) * 100)}%` }} />
            </span>
            <span className="number">
              {formatCount(rows, locale)} <small className="faint">{formatPercent(rows / total, locale, 1)}</small>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function Problems({ run }: { run: DryRun }) {
  const text = useText('data')
  const pick = useLocaleText()
  return (
    <Panel title={text('dryRun.problems')}>
      {run.problems.length === 0 && <p className="faint">{text(run.rowsRead === 0 ? 'dryRun.nothingYet' : 'dryRun.noProblems')}</p>}
      <ul className="dry-run-problems">
        {run.problems.slice(0, 12).map((problem) => (
          <li key={problem.at + problem.en}>
            <span>{pick(problem)}</span>
            <Count value={problem.rows} />
          </li>
        ))}
      </ul>
    </Panel>
  )
}

interface ExamplesProps {
  run: DryRun
  shown: DryRunOutcome | undefined
  onShow: (outcome: DryRunOutcome) => void
  outcomes: DryRunOutcome[]
}

/** Some rows of each kind: what stands there, whom it is about, what would change. */
function Examples({ run, shown, onShow, outcomes }: ExamplesProps) {
  const text = useText('data')
  const pick = useLocaleText()
  const withSome = outcomes.filter((outcome) => run.examples.some((example) => example.outcome === outcome))
  const open = withSome.find((outcome) => outcome === shown) ?? withSome[0]
  if (open === undefined) return null
  return (
    <Panel title={text('dryRun.examples')}>
      <Segmented<DryRunOutcome>
        className="import-target-switch"
        aria-label={text('dryRun.examples')}
        value={open}
        onChange={onShow}
        options={withSome.map((value) => ({ value, label: pick(dryRunOutcomeLabels[value]) }))}
      />
      <ul className="dry-run-examples">
        {run.examples
          .filter(({ outcome }) => outcome === open)
          .map((example) => (
            <ExampleRow key={example.row} example={example} />
          ))}
      </ul>
    </Panel>
  )
}

function ExampleRow({ example }: { example: DryRunExample }) {
  const text = useText('data')
  const common = useText('common')
  const pick = useLocaleText()
  return (
    <li>
      <span className="faint number">{text('dryRun.row', { row: example.row })}</span>
      <div>
        <span className="number">{example.values.filter((value) => value !== '').join(' · ')}</span>
        {example.problems.map((problem) => (
          <div key={problem.at + problem.en} className="dry-run-problem">
            {pick(problem)}
          </div>
        ))}
        {example.changes.map(({ key, before, after }) => (
          <div key={key} className="faint">
            {key}: {before === null ? '–' : <s>{before}</s>} → <b>{after ?? '–'}</b>
          </div>
        ))}
        {example.personIds.length > 0 && (
          <div className="dry-run-people">
            {example.personIds.map((personId) => (
              <Link key={personId} to={`/people/${personId}`}>
                {common('person', { personId })}
              </Link>
            ))}
          </div>
        )}
      </div>
    </li>
  )
}
