import { Alert, Space } from 'antd'
import { deliveryRoutes } from '../../../../contracts/delivery.ts'
import { useAct } from '../../ui/api.ts'
import { ConfirmAction } from '../../ui/confirm-action.tsx'
import { PermissionGate } from '../../ui/permission-gate.tsx'
import { useText } from '../../ui/text.ts'

/** Messages of which nobody knows whether they went out: an operator decides, never the machine. */
export function UnknownMessages({ campaignId, count }: { campaignId: string; count: number }) {
  const text = useText('campaigns')
  const settle = useAct(deliveryRoutes.settleUnknown, { done: text('report.settled') })
  const decide = (decision: 'sendAgain' | 'fail') => () => settle.mutateAsync({ body: { campaignId, decision } })
  return (
    <Alert
      className="campaign-alert"
      type="warning"
      showIcon
      title={text('report.unknownTitle', { count })}
      description={text('report.unknownWhy')}
      action={
        <PermissionGate permission="campaigns.launch">
          <Space orientation="vertical">
            <ConfirmAction
              size="small"
              danger
              title={text('report.sendAgain')}
              consequence={text('report.sendAgainConsequence')}
              verb={text('report.sendAgain')}
              onConfirm={decide('sendAgain')}
            >
              {text('report.sendAgain')}
            </ConfirmAction>
            <ConfirmAction
              size="small"
              title={text('report.fail')}
              consequence={text('report.failConsequence')}
              verb={text('report.fail')}
              onConfirm={decide('fail')}
            >
              {text('report.fail')}
            </ConfirmAction>
          </Space>
        </PermissionGate>
      }
    />
  )
}
