import { Segmented } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { ProblemError } from '../../../../../contracts/client.ts'
import { importTargets, type ImportTarget } from '../../../../../contracts/import-setup.ts'
import { importRoutes, type Import } from '../../../../../contracts/imports.ts'
import { useAct, useRead } from '../../../ui/api.ts'
import { ErrorView } from '../../../ui/error-view.tsx'
import { useGo } from '../../../ui/link.tsx'
import { PageSkeleton } from '../../../ui/loading.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { useMay } from '../../../ui/session-context.ts'
import { useText } from '../../../ui/text.ts'
import { useUrlState } from '../../../ui/url-state.ts'
import { Wizard } from '../../../ui/wizard.tsx'
import { DryRunView } from './dry-run-view.tsx'
import { FileFacts } from './file-facts.tsx'
import { ImportOptionsForm, optionsComplete } from './import-options-form.tsx'
import { useImportSteps } from './import-steps.ts'
import { mappingProblems } from './mapping-problems.ts'
import { MappingProblems } from './mapping-problem-list.tsx'
import { MappingTable } from './mapping-table.tsx'
import { SavedMapping } from './saved-mapping.tsx'
import { useColumnProblems } from './use-column-problems.ts'
import { useImportDraft, type ImportDraft } from './use-import-draft.ts'

const ownSteps = ['mapping', 'options', 'check'] as const
type OwnStep = (typeof ownSteps)[number]

/** From the second step to the start: columns to fields, what the file can not say itself, and a look at what would happen. */
export function PrepareImport({ one }: { one: Import }) {
  const text = useText('data')
  const go = useGo()
  const may = useMay()
  const cache = useQueryClient()
  const steps = useImportSteps()
  const [url, setUrl] = useUrlState('step')
  const step: OwnStep = ownSteps.find((own) => own === url.step) ?? 'mapping'
  const [draft, setDraft] = useImportDraft(one)
  const { target, options } = draft
  const suggestion = useRead(importRoutes.suggestMapping, { params: { id: one.id }, query: { target, mappingId: draft.mappingId } })
  const start = useAct(importRoutes.startImport, { showsErrorItself: true, onDone: () => setUrl({ step: undefined }) })
  const own = draft.mappings[target]
  const mapping = own?.length === one.columns.length ? own : suggestion.data?.mapping
  const lacks =
    mapping === undefined
      ? []
      : mappingProblems(target, mapping, step === 'mapping' && target === 'events' ? { ...options, eventName: options.eventName ?? '?' } : options)
  const columnProblems = useColumnProblems(lacks, start.error)
  if (suggestion.error) return <ErrorView error={suggestion.error} retry={() => void suggestion.refetch()} />
  if (!suggestion.data || mapping === undefined) return <PageSkeleton />

  const setup = { target, mapping, options }
  const isComplete = lacks.length === 0 && (step === 'mapping' || optionsComplete(target, mapping, options))
  const next = (): void => {
    if (step === 'check') start.mutate({ params: { id: one.id }, body: setup })
    else setUrl({ step: step === 'mapping' ? 'options' : 'check' })
  }
  const back = (): void => {
    if (step === 'mapping') go(`/data/imports/new?target=${target}`)
    else setUrl({ step: step === 'check' ? 'options' : undefined })
  }
  const readAgain = (): void => {
    setDraft({ mappings: {}, mappingId: undefined })
    void cache.invalidateQueries()
  }
  const isRefused = start.error instanceof ProblemError && start.error.problem.problems.some(({ at }) => at.startsWith('body.mapping'))
  return (
    <Wizard
      steps={steps}
      current={step}
      back={{ onClick: back }}
      next={{
        label: text(step === 'mapping' ? 'imports.toOptions' : step === 'options' ? 'imports.toCheck' : 'imports.start'),
        onClick: next,
        disabled: !isComplete || !may('data.import'),
        loading: start.isPending,
      }}
    >
      <FileFacts one={one} onChanged={readAgain} />
      {start.error && <ErrorView error={start.error} retry={isRefused ? () => setUrl({ step: undefined }) : undefined} />}
      {step === 'mapping' && (
        <>
          <Segmented<ImportTarget>
            className="import-target-switch"
            value={target}
            onChange={(changed) => setDraft({ target: changed, mappingId: undefined })}
            options={importTargets.map((value) => ({ value, label: text(`imports.targets.${value}.title`) }))}
            aria-label={text('imports.whatIsInIt')}
          />
          <SavedMapping
            target={target}
            fitting={suggestion.data.savedMapping}
            chosenId={draft.mappingId}
            onChoose={(mappingId) => setDraft(withSaved(draft, mappingId))}
          />
          <MappingProblems problems={lacks} columns={one.columns} />
          <Panel flush title={text('imports.mappingTitle')} extra={<span className="faint">{text('imports.mappingHelp')}</span>}>
            <MappingTable
              target={target}
              columns={suggestion.data.columns}
              mapping={mapping}
              onChange={(changed) => {
                start.reset()
                setDraft({ mappings: { ...draft.mappings, [target]: changed } })
              }}
              problems={columnProblems}
            />
          </Panel>
        </>
      )}
      {step === 'options' && (
        <ImportOptionsForm
          target={target}
          mapping={mapping}
          options={{ ...suggestion.data.options, ...options }}
          onChange={(changed) => setDraft({ options: changed })}
        />
      )}
      {step === 'check' && <DryRunView one={one} setup={setup} />}
    </Wizard>
  )
}

/** A saved mapping that is chosen takes the place of what was mapped by hand. */
function withSaved(draft: ImportDraft, mappingId: string | undefined): Partial<ImportDraft> {
  return { mappingId, mappings: { ...draft.mappings, [draft.target]: undefined } }
}
