import { Checkbox } from 'antd'
import { messageBehaviours, type ConsentRule, type MessageBehaviour, type MessageRule } from '../../../../../contracts/rule.ts'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useText } from '../../../ui/text.ts'
import { CampaignSelect } from './campaign-select.tsx'
import { ComparisonFields } from './comparison-fields.tsx'
import { EventWindowFields } from './event-window-fields.tsx'
import { newMessage } from './new-nodes.ts'
import { NumberValues } from './number-values.tsx'

/** 「消息」「未回应」「至少」「3」条 ·「任意活动」·「最近」「90」「天」 */
export function MessageCondition({ node, onChange }: { node: MessageRule; onChange: (node: MessageRule) => void }) {
  const text = useText('audience')
  const behave = (behaviour: MessageBehaviour): void => {
    const { campaignId, window } = node
    onChange({ ...newMessage(behaviour), window, ...(campaignId && { campaignId }) })
  }
  const isIgnored = node.behaviour === 'ignored'
  return (
    <>
      <span className="rule-clause">
        <NamedSelect<MessageBehaviour>
          className="rule-subject"
          value={node.behaviour}
          label={text('message.behaviour')}
          options={messageBehaviours.map((value) => ({ value, label: text(`message.behaviours.${value}`) }))}
          onChange={behave}
          popupMatchSelectWidth={false}
        />
        {isIgnored && (
          <>
            <NumberValues
              label={text('message.afterDays')}
              values={[node.afterDays ?? 7]}
              minimum={1}
              isWhole
              unit={text('message.afterDaysUnit')}
              onChange={([afterDays = 7]) => onChange({ ...node, afterDays })}
            />
            <Checkbox checked={node.inARow === true} onChange={(event) => onChange({ ...node, inARow: event.target.checked })}>
              {text('message.inARow')}
            </Checkbox>
          </>
        )}
      </span>
      <span className="rule-clause">
        <ComparisonFields
          name={text('message.number')}
          comparison={node.comparison}
          minimum={0}
          isWhole
          unit={text('message.pieces')}
          onChange={(comparison) => onChange({ ...node, comparison })}
        />
      </span>
      <span className="rule-clause">
        <CampaignSelect
          campaignId={node.campaignId}
          onChange={(campaignId) => {
            const { campaignId: _before, ...rest } = node
            onChange({ ...rest, ...(campaignId && { campaignId }) })
          }}
        />
      </span>
      <EventWindowFields window={node.window} onChange={(window) => onChange({ ...node, window })} />
    </>
  )
}

/** 「短信营销」「已同意」 */
export function ConsentCondition({ node, onChange }: { node: ConsentRule; onChange: (node: ConsentRule) => void }) {
  const text = useText('audience')
  return (
    <>
      <span>{text('consent.sms')}</span>
      <NamedSelect<ConsentRule['state']>
        className="rule-subject"
        value={node.state}
        label={text('consent.state')}
        options={(['granted', 'withdrawn', 'none'] as const).map((value) => ({ value, label: text(`consent.states.${value}`) }))}
        onChange={(state) => onChange({ ...node, state })}
        popupMatchSelectWidth={false}
      />
    </>
  )
}
