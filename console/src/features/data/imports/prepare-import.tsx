import { Alert, Segmented } from 'antd'
import { useState } from 'react'
import { importRoutes, importTargets, type Import, type ImportOptions, type ImportTarget } from '../../../../../contracts/imports.ts'
import { useAct, useRead } from '../../../ui/api.ts'
import { ErrorView } from '../../../ui/error-view.tsx'
import { formatBytes } from '../../../ui/format.ts'
import { useGo } from '../../../ui/link.tsx'
import { PageSkeleton } from '../../../ui/loading.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { useMay } from '../../../ui/session-context.ts'
import { useText } from '../../../ui/text.ts'
import { Count } from '../../../ui/values.tsx'
import { Wizard } from '../../../ui/wizard.tsx'
import { ImportOptionsForm, optionsComplete } from './import-options-form.tsx'
import { useImportSteps } from './import-steps.ts'
import { mappingProblems } from './mapping-problems.ts'
import { MappingProblems } from './mapping-problem-list.tsx'
import { MappingTable } from './mapping-table.tsx'

/** Second and third step: columns to fields, and what the file can not say itself. */
export function PrepareImport({ one }: { one: Import }) {
  const text = useText('data')
  const go = useGo()
  const may = useMay()
  const steps = useImportSteps()
  const [step, setStep] = useState<'mapping' | 'options'>('mapping')
  const [target, setTarget] = useState<ImportTarget>(one.target ?? 'people')
  const [mappings, setMappings] = useState<Partial<Record<ImportTarget, string[]>>>({})
  const [options, setOptions] = useState<ImportOptions>(one.options)
  const suggestion = useRead(importRoutes.suggestMapping, { params: { id: one.id }, query: { target } })
  const start = useAct(importRoutes.startImport, { showsErrorItself: true })

  if (suggestion.error) return <ErrorView error={suggestion.error} retry={() => void suggestion.refetch()} />
  if (!suggestion.data) return <PageSkeleton />
  const mapping = mappings[target] ?? suggestion.data.mapping
  const problems = mappingProblems(target, mapping, step === 'mapping' && target === 'events' ? { ...options, eventName: options.eventName ?? '?' } : options)
  const clashing = new Set(problems.flatMap((problem) => (problem.kind === 'twice' ? problem.columns : [])))
  const complete = problems.length === 0 && (step === 'mapping' || optionsComplete(target, mapping, options))
  const next = (): void => (step === 'mapping' ? setStep('options') : start.mutate({ params: { id: one.id }, body: { target, mapping, options } }))

  return (
    <Wizard
      steps={steps}
      current={step}
      back={{ onClick: () => (step === 'options' ? setStep('mapping') : go(`/data/imports/new?target=${target}`)) }}
      next={{
        label: step === 'mapping' ? text('imports.toOptions') : text('imports.start'),
        onClick: next,
        disabled: !complete || !may('data.import'),
        loading: start.isPending,
      }}
    >
      <p className="faint import-file-facts">
        {formatBytes(one.bytes)} · {text('imports.about')} <Count value={one.estimatedRows} /> {text('imports.rows')} · {one.encoding.toUpperCase()} ·{' '}
        {text('imports.columnsFound', { count: one.columns.length })}
      </p>
      {start.error && <ErrorView error={start.error} />}
      {step === 'mapping' ? (
        <>
          <Segmented<ImportTarget>
            className="import-target-switch"
            value={target}
            onChange={setTarget}
            options={importTargets.map((value) => ({ value, label: text(`imports.targets.${value}.title`) }))}
            aria-label={text('imports.whatIsInIt')}
          />
          <MappingProblems problems={problems} columns={one.columns} />
          <Panel flush title={text('imports.mappingTitle')} extra={<span className="faint">{text('imports.mappingHelp')}</span>}>
            <MappingTable
              target={target}
              columns={suggestion.data.columns}
              mapping={mapping}
              onChange={(changed) => setMappings({ ...mappings, [target]: changed })}
              clashing={clashing}
            />
          </Panel>
        </>
      ) : (
        <>
          <ImportOptionsForm target={target} mapping={mapping} options={options} onChange={setOptions} />
          <Alert type="info" showIcon title={text('imports.duplicatesNote')} />
        </>
      )}
    </Wizard>
  )
}
