import { Alert, Button, Switch } from 'antd'
import { channelRoutes, type Account, type Provider } from '../../../../../contracts/channels.ts'
import { useAct } from '../../../ui/api.ts'
import { Facts, Panel } from '../../../ui/panel.tsx'
import { useMay } from '../../../ui/session-context.ts'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { Count, StateTag, type StateTone } from '../../../ui/values.tsx'
import { CheckResult } from './check-result.tsx'

const tones: Record<Account['state'], StateTone['tone']> = { ready: 'good', connecting: 'accent', failing: 'bad', disabled: 'neutral' }

/** One account: whether it works, how fast it may send, what a part costs, and a way to try it. */
export function AccountCard({ account, provider, onEdit }: { account: Account; provider: Provider | undefined; onEdit: () => void }) {
  const text = useText('settings')
  const pick = useLocaleText()
  const mayManage = useMay()('channels.manage')
  const update = useAct(channelRoutes.updateAccount)
  const check = useAct(channelRoutes.checkAccount)
  return (
    <Panel
      title={account.name}
      extra={
        <span className="account-extra">
          <StateTag tone={tones[account.state]} text={text(`accounts.states.${account.state}`)} />
          {mayManage && (
            <Switch
              size="small"
              checked={account.enabled}
              loading={update.isPending}
              aria-label={text('accounts.enable', { name: account.name })}
              onChange={(enabled) => update.mutate({ params: { id: account.id }, body: { enabled } })}
            />
          )}
        </span>
      }
    >
      {account.lastError !== null && (
        <Alert type="error" showIcon className="form-error" title={text('accounts.lastError')} description={<code>{account.lastError}</code>} />
      )}
      <Facts
        rows={[
          [text('accounts.provider'), provider ? pick(provider.label) : account.provider],
          [
            text('accounts.rate'),
            <span key="rate">
              <Count value={account.ratePerSecond} /> {text('accounts.perSecond')}
            </span>,
          ],
          [text('accounts.partCost'), account.partCostFen === null ? text('accounts.partCostDefault') : `${account.partCostFen} ${text('workspace.fen')}`],
          ...(account.callbackUrl === null ? [] : [[text('accounts.callbackUrl'), <code key="url">{account.callbackUrl}</code>] as const]),
        ]}
      />
      {mayManage && (
        <div className="account-actions">
          <Button onClick={onEdit}>{text('accounts.edit')}</Button>
          <Button loading={check.isPending} onClick={() => check.mutate({ params: { id: account.id } })}>
            {text('accounts.check')}
          </Button>
          {check.data && <CheckResult result={check.data} />}
        </div>
      )}
    </Panel>
  )
}
