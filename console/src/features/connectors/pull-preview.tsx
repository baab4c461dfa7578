import { Alert, Button, Form } from 'antd'
import type { TryPullAnswer } from '../../../../contracts/connector-trials.ts'
import { connectorRoutes, type ConnectorDetail } from '../../../../contracts/connectors.ts'
import { useAct } from '../../ui/api.ts'
import { FormError } from '../../ui/form-error.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useLocaleText, useText } from '../../ui/text.ts'
import { typedSecrets, type EditorValues } from './editor-values.ts'
import { ResultItems } from './result-items.tsx'
import { useTrialProblems } from './use-trial-problems.ts'

/** Connects with the settings as they stand in the form: the first rows on the left, what they become on the right. */
export function PullPreview({ connector }: { connector: ConnectorDetail }) {
  const text = useText('connectors')
  const mayTry = useMay()('data.manage')
  const form = Form.useFormInstance<EditorValues>()
  const trial = useAct(connectorRoutes.tryPull, { showsErrorItself: true, readOnly: true })
  useTrialProblems(form, trial.data?.problems)
  const run = (rows: number): void => {
    const { draft, secrets } = form.getFieldsValue(true) as EditorValues
    trial.mutate({ body: { draft, secrets: typedSecrets(secrets), connectorId: connector.id, rows } })
  }
  return (
    <Panel
      title={text('preview.title')}
      extra={
        mayTry && (
          <div className="connector-extra">
            <Button size="small" onClick={() => run(0)} loading={trial.isPending}>
              {text('preview.test')}
            </Button>
            <Button size="small" onClick={() => run(10)} loading={trial.isPending}>
              {text('preview.run')}
            </Button>
          </div>
        )
      }
    >
      <FormError error={trial.error} form={form} />
      {trial.data ? <PreviewResult answer={trial.data} /> : <p className="faint">{text('preview.empty')}</p>}
    </Panel>
  )
}

function PreviewResult({ answer }: { answer: TryPullAnswer }) {
  const text = useText('connectors')
  const pick = useLocaleText()
  const tookMs = Math.round(answer.tookMs)
  return (
    <>
      <Alert
        type={answer.ok ? 'success' : 'error'}
        showIcon
        title={answer.ok ? text('preview.ok', { tookMs }) : text('preview.failed')}
        description={answer.error ? pick(answer.error) : undefined}
      />
      {answer.problems.length > 0 && (
        <ul className="try-problems">
          {answer.problems.map((problem) => (
            <li key={problem.at + problem.en}>
              {pick(problem)} <code>{problem.at}</code>
            </li>
          ))}
        </ul>
      )}
      {answer.rows.length > 0 && (
        <div className="try-pane">
          <div className="preview-rows" role="region" aria-label={text('preview.rows')} tabIndex={0}>
            <pre>{answer.rows.map((row) => JSON.stringify(row, null, 1)).join('\n')}</pre>
          </div>
          <ResultItems items={answer.items} hits={answer.hits} />
        </div>
      )}
    </>
  )
}
