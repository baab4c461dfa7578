import { Button } from 'antd'
import { tagRuleRoutes, type RuleTag } from '../../../../contracts/tag-rules.ts'
import type { Tag } from '../../../../contracts/tags.ts'
import { useAct, useRead } from '../../ui/api.ts'
import { ConfirmAction } from '../../ui/confirm-action.tsx'
import { Link, useGo } from '../../ui/link.tsx'
import { Facts, Panel } from '../../ui/panel.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useLocaleText, useText } from '../../ui/text.ts'
import { Ago, Count, DateTime, StateTag } from '../../ui/values.tsx'

/** How the tag gives itself: its rule, how it is kept up, what the last run did; or that it has none. */
export function TagRulePanel({ tag }: { tag: Tag }) {
  const text = useText('tags')
  const go = useGo()
  const may = useMay()
  const read = useRead(tagRuleRoutes.readTagRule, { params: { id: tag.id }, refetchSeconds: 5, enabled: may('audience.read') })
  if (!read.data) return null
  const { rule } = read.data
  if (rule === null)
    return may('audience.write') && tag.retiredAt === null ? (
      <Panel title={text('rule.title')}>
        <p className="faint">{text('rule.none')}</p>
        <div className="tag-rule-buttons">
          <Button onClick={() => go(`/tags/${tag.id}/rule`)}>{text('rule.add')}</Button>
        </div>
      </Panel>
    ) : null
  return (
    <Panel title={text('rule.title')} extra={<RuleState rule={rule} />}>
      <Sentences rule={rule} />
      <RuleFacts rule={rule} />
      {may('audience.write') && <RuleButtons rule={rule} />}
    </Panel>
  )
}

function RuleState({ rule }: { rule: RuleTag }) {
  const text = useText('tags')
  if (rule.pausedAt !== null) return <StateTag tone="warn" text={text('rule.paused')} />
  if (rule.lastRun?.state === 'failed') return <StateTag tone="bad" text={text('rule.failed')} />
  if (rule.lastRun === null || rule.lastRun.state === 'running') return <StateTag tone="accent" text={text('rule.running')} />
  return <StateTag tone="good" text={text('rule.on')} />
}

function Sentences({ rule }: { rule: RuleTag }) {
  const text = useText('tags')
  const pick = useLocaleText()
  if (rule.source === 'preference')
    return (
      <p>
        {text('rule.preference')} <Link to="/built-in-tags">{text('builtIn.title')}</Link>
      </p>
    )
  return (
    <ol className="tag-rule-cases">
      {rule.cases.map(({ value }, index) => {
        const sentence = rule.sentences[index]
        return (
          <li key={value}>
            {value !== '' && <b>{value}</b>} {sentence && pick(sentence)}
          </li>
        )
      })}
    </ol>
  )
}

function RuleFacts({ rule }: { rule: RuleTag }) {
  const text = useText('tags')
  const pick = useLocaleText()
  const { lastRun } = rule
  return (
    <Facts
      rows={[
        [text('rule.next'), rule.nextRunAt === null ? '–' : <DateTime at={rule.nextRunAt} />],
        ...(lastRun
          ? ([
              [text('rule.last'), <Ago key="last" at={lastRun.startedAt} />],
              [
                text('rule.did'),
                lastRun.error ? (
                  <span key="did">{pick(lastRun.error)}</span>
                ) : (
                  <span key="did">
                    +<Count value={lastRun.given} /> −<Count value={lastRun.taken} />{' '}
                    {lastRun.tookMs !== null && <small className="faint">{text('rule.took', { seconds: (lastRun.tookMs / 1000).toFixed(1) })}</small>}
                  </span>
                ),
              ],
            ] as const)
          : []),
        ...(rule.live
          ? ([
              [
                text('rule.live'),
                rule.liveAt === null ? (
                  text('rule.liveNever')
                ) : (
                  <span key="live">
                    +<Count value={rule.liveGiven} /> −<Count value={rule.liveTaken} /> · <Ago at={rule.liveAt} />
                  </span>
                ),
              ],
            ] as const)
          : []),
        [text('rule.leaving'), text(`rule.leavings.${rule.leaving}`)],
      ]}
    />
  )
}

function RuleButtons({ rule }: { rule: RuleTag }) {
  const text = useText('tags')
  const go = useGo()
  const params = { id: rule.tagId }
  const run = useAct(tagRuleRoutes.runTagRule, { done: text('rule.asked') })
  const pause = useAct(tagRuleRoutes.pauseTagRule)
  const remove = useAct(tagRuleRoutes.deleteTagRule, { done: text('rule.removed') })
  return (
    <div className="tag-rule-buttons">
      {rule.source !== 'preference' && (
        <Button size="small" onClick={() => go(`/tags/${rule.tagId}/rule`)}>
          {text('rule.edit')}
        </Button>
      )}
      {rule.pausedAt === null && (
        <Button size="small" loading={run.isPending} onClick={() => run.mutate({ params })}>
          {text('rule.run')}
        </Button>
      )}
      <Button size="small" loading={pause.isPending} onClick={() => pause.mutate({ params, body: { paused: rule.pausedAt === null } })}>
        {text(rule.pausedAt === null ? 'rule.pause' : 'rule.resume')}
      </Button>
      <ConfirmAction
        size="small"
        danger
        title={text('rule.removeTitle', { name: rule.tagName })}
        consequence={text('rule.removeConsequence')}
        verb={text('rule.remove')}
        onConfirm={() => remove.mutateAsync({ params })}
      >
        {text('rule.remove')}
      </ConfirmAction>
    </div>
  )
}
