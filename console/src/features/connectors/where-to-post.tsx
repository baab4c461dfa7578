import type { ConnectorPreset } from '../../../../contracts/connector-settings.ts'
import { connectorRoutes, type ConnectorDetail } from '../../../../contracts/connectors.ts'
import { useAct } from '../../ui/api.ts'
import { ConfirmAction } from '../../ui/confirm-action.tsx'
import { Copyable } from '../../ui/copyable.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'

/** The address, and what to do with it at the vendor. */
export function WhereToPost({ connector, preset }: { connector: ConnectorDetail; preset: ConnectorPreset | undefined }) {
  const text = useText('connectors')
  const pick = useLocaleText()
  const renew = useAct(connectorRoutes.renewConnectorUrl, { done: text('url.renewed') })
  return (
    <Panel
      title={text('url.title')}
      extra={
        <ConfirmAction
          size="small"
          danger
          title={text('url.renewTitle')}
          consequence={text('url.renewConsequence')}
          verb={text('url.renew')}
          onConfirm={() => renew.mutateAsync({ params: { id: connector.id } })}
        >
          {text('url.renew')}
        </ConfirmAction>
      }
    >
      <Copyable label={text('url.title')} value={connector.url ?? ''} />
      {preset && preset.steps.length > 0 && (
        <ol className="connector-steps">
          {preset.steps.map((step) => (
            <li key={step.en}>{pick(step)}</li>
          ))}
        </ol>
      )}
      {preset && preset.limits.length > 0 && (
        <ul className="connector-limits">
          {preset.limits.map((limit) => (
            <li key={limit.en}>{pick(limit)}</li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
