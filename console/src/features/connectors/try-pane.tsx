import { Alert, Button, Form, Input } from 'antd'
import { useCallback, useEffect, useState } from 'react'
import type { Sample } from '../../../../contracts/connector-settings.ts'
import type { TryAnswer } from '../../../../contracts/connector-trials.ts'
import { connectorRoutes, type ConnectorDetail } from '../../../../contracts/connectors.ts'
import { useAct } from '../../ui/api.ts'
import { ErrorView } from '../../ui/error-view.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useLocaleText, useText } from '../../ui/text.ts'
import { typedSecrets, type EditorValues } from './editor-values.ts'
import { ResultItems } from './result-items.tsx'
import { handedSample } from './handed-sample.ts'
import { useTrialProblems } from './use-trial-problems.ts'

const headersAsText = (headers: Readonly<Record<string, string>>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')

function headersOf(typed: string): Record<string, string> {
  return Object.fromEntries(
    typed.split('\n').flatMap((line) => (line.indexOf(':') > 0 ? [[line.slice(0, line.indexOf(':')).trim(), line.slice(line.indexOf(':') + 1).trim()]] : [])),
  )
}

/** A pasted request on the left, on the right what the connector makes of it; nothing is stored. */
export function TryPane({ connector, sample, opened }: { connector: ConnectorDetail; sample: Sample | null; opened: string | undefined }) {
  const text = useText('connectors')
  const mayTry = useMay()('data.manage')
  const form = Form.useFormInstance<EditorValues>()
  const handed = handedSample(opened)
  const [body, setBody] = useState<string>()
  const [headers, setHeaders] = useState<string>()
  const first = handed ?? sample
  const shown = { body: body ?? first?.body ?? '', headers: headers ?? headersAsText(first?.headers ?? {}) }
  const trial = useAct(connectorRoutes.tryConnector, { showsErrorItself: true, readOnly: true })
  useTrialProblems(form, trial.data?.problems)
  const { mutate } = trial
  const tryThis = useCallback(
    (request: Sample): void => {
      const { draft, secrets } = form.getFieldsValue(true) as EditorValues
      mutate({ body: { draft, secrets: typedSecrets(secrets), connectorId: connector.id, sample: request } })
    },
    [form, mutate, connector.id],
  )
  const run = (): void => tryThis({ body: shown.body, headers: headersOf(shown.headers), query: first?.query ?? '', path: first?.path ?? '' })
  // A delivery that was opened here is tried at once.
  useEffect(() => {
    if (handed) tryThis(handed)
  }, [handed, tryThis])
  return (
    <Panel
      title={text('try.title')}
      extra={
        mayTry && (
          <Button onClick={run} loading={trial.isPending}>
            {text('try.run')}
          </Button>
        )
      }
    >
      <div className="try-pane">
        <div className="try-sample">
          {connector.kind === 'webhook' && (
            <label>
              <span>{text('try.headers')}</span>
              <Input.TextArea
                className="connector-code"
                autoSize={{ minRows: 2, maxRows: 6 }}
                value={shown.headers}
                onChange={(event) => setHeaders(event.target.value)}
                spellCheck={false}
              />
            </label>
          )}
          <label>
            <span>{text(connector.kind === 'webhook' ? 'try.body' : 'try.lines')}</span>
            <Input.TextArea
              className="connector-code"
              autoSize={{ minRows: 8, maxRows: 18 }}
              value={shown.body}
              onChange={(event) => setBody(event.target.value)}
              spellCheck={false}
            />
          </label>
        </div>
        <div className="try-result" aria-live="polite">
          {trial.error ? (
            <ErrorView error={trial.error} />
          ) : trial.data ? (
            <TrialResult answer={trial.data} isSigned={connector.kind === 'webhook'} />
          ) : (
            <p className="faint">{text('try.empty')}</p>
          )}
        </div>
      </div>
    </Panel>
  )
}

function TrialResult({ answer, isSigned }: { answer: TryAnswer; isSigned: boolean }) {
  const text = useText('connectors')
  const pick = useLocaleText()
  const { authentication, problems, items, unmatched, messages } = answer
  return (
    <>
      {isSigned && (
        <Alert
          type={authentication.ok ? 'success' : 'warning'}
          showIcon
          title={text(authentication.ok ? 'try.proved' : 'try.notProved')}
          description={
            (authentication.reason ?? authentication.computed) && (
              <>
                {authentication.reason && <div>{pick(authentication.reason)}</div>}
                {authentication.computed !== null && (
                  <div className="try-signature">
                    {text('try.computed')} <code>{authentication.computed}</code>
                  </div>
                )}
              </>
            )
          }
        />
      )}
      {problems.length > 0 && (
        <ul className="try-problems">
          {problems.map((problem) => (
            <li key={problem.at + problem.en}>
              {pick(problem)} <code>{problem.at}</code>
            </li>
          ))}
        </ul>
      )}
      <p className="faint">{text('try.counts', { messages, items: items.length, unmatched })}</p>
      <ResultItems items={items} hits={answer.hits} />
      {isSigned && (
        <p className="faint">
          {text('try.answer')} <code>{answer.acknowledgement}</code>
        </p>
      )}
    </>
  )
}
