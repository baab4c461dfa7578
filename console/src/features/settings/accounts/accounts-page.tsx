import { Button } from 'antd'
import { channelRoutes, type Account, type Provider } from '../../../../../contracts/channels.ts'
import { useRead } from '../../../ui/api.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Loaded } from '../../../ui/loading.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useText } from '../../../ui/text.ts'
import { useUrlState } from '../../../ui/url-state.ts'
import { Panel } from '../../../ui/panel.tsx'
import { AccountCard } from './account-card.tsx'
import { AccountDrawer } from './account-drawer.tsx'
import './accounts.css'

/** Accounts at providers through which messages go out. */
export function AccountsPage() {
  const text = useText('settings')
  const [state, setState] = useUrlState('create', 'account')
  const providers = useRead(channelRoutes.listProviders)
  const accounts = useRead(channelRoutes.listAccounts, { refetchSeconds: 10 })
  const create = (
    <PermissionGate permission="channels.manage">
      <Button type="primary" onClick={() => setState({ create: '1' })}>
        {text('accounts.create')}
      </Button>
    </PermissionGate>
  )
  const open = accounts.data?.items.find((account) => account.id === state.account)
  return (
    <>
      <PageHeader title={text('accounts.title')} lead={text('accounts.lead')} actions={create} />
      <Loaded query={providers}>
        {(known) => (
          <Loaded query={accounts}>
            {(list) => (
              <>
                <AccountList
                  accounts={list.items}
                  providers={known.items}
                  empty={<EmptyState title={text('accounts.empty')} why={text('accounts.emptyWhy')} action={create} />}
                  onEdit={(account) => setState({ account: account.id })}
                />
                {(state.create !== undefined || open !== undefined) && (
                  <AccountDrawer
                    key={open?.id ?? 'new'}
                    providers={known.items}
                    account={open}
                    onClose={() => setState({ create: undefined, account: undefined })}
                  />
                )}
              </>
            )}
          </Loaded>
        )}
      </Loaded>
    </>
  )
}

function AccountList({
  accounts,
  providers,
  empty,
  onEdit,
}: {
  accounts: Account[]
  providers: Provider[]
  empty: React.ReactNode
  onEdit: (account: Account) => void
}) {
  if (accounts.length === 0) return <Panel>{empty}</Panel>
  return (
    <div className="accounts">
      {accounts.map((account) => (
        <AccountCard
          key={account.id}
          account={account}
          provider={providers.find((provider) => provider.id === account.provider)}
          onEdit={() => onEdit(account)}
        />
      ))}
    </div>
  )
}
