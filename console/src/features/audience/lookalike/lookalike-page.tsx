import { Alert, Button, Progress, Steps } from 'antd'
import { useState } from 'react'
import { useParams } from 'react-router'
import { lookalikeRoutes, lookalikeSteps, type Lookalike, type LookalikeResult } from '../../../../../contracts/lookalike.ts'
import { useAct, useRead } from '../../../ui/api.ts'
import { ConfirmAction } from '../../../ui/confirm-action.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Link, useGo } from '../../../ui/link.tsx'
import { Loaded } from '../../../ui/loading.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { StatNumber, StatRow } from '../../../ui/stat-number.tsx'
import { formatCount } from '../../../ui/format.ts'
import { useLocale, useLocaleText, useText } from '../../../ui/text.ts'
import { Ago, Count } from '../../../ui/values.tsx'
import { Drivers } from './drivers.tsx'
import { isOpen, LookalikeStateTag } from './lookalike-state.tsx'
import { qualityOf } from './quality.ts'
import { RankedPeople } from './ranked-people.tsx'
import { SizeChoice } from './size-choice.tsx'
import { StartLookalike } from './start-lookalike.tsx'
import './lookalike.css'

const whileOpenSeconds = 1

/** One model: how far it is; or how good it is, what drives it, who is ranked where, and how many to take. */
export function LookalikePage() {
  const { id = '' } = useParams()
  const [waits, setWaits] = useState(true)
  const read = useRead(lookalikeRoutes.readLookalike, { params: { id }, refetchSeconds: waits && whileOpenSeconds })
  if (read.data && isOpen(read.data) !== waits) setWaits(isOpen(read.data))
  return <Loaded query={read}>{(model) => <LookalikeView model={model} />}</Loaded>
}

function LookalikeView({ model }: { model: Lookalike }) {
  const text = useText('lookalike')
  const [isStarting, setStarting] = useState(false)
  const again = () => setStarting(true)
  return (
    <>
      <PageHeader
        title={model.name}
        parent={{ label: text('title'), to: '/lookalikes' }}
        aside={<LookalikeStateTag model={model} />}
        lead={
          <>
            {text('columns.seed')}{' '}
            {model.seed.segmentId === null ? (
              model.seed.name
            ) : (
              <Link className="lookalike-seed" to={`/segments/${model.seed.segmentId}/people`}>
                {model.seed.name}
              </Link>
            )}
            {' · '}
            <Ago at={model.createdAt} />
          </>
        }
        actions={!isOpen(model) && <Actions model={model} onAgain={again} />}
      />
      {isOpen(model) && <Working model={model} />}
      {(model.state === 'failed' || model.state === 'cancelled') && <Failed model={model} onAgain={again} />}
      {model.result && <Result model={model} result={model.result} />}
      {isStarting && <StartLookalike from={model} onClose={() => setStarting(false)} />}
    </>
  )
}

function Actions({ model, onAgain }: { model: Lookalike; onAgain: () => void }) {
  const text = useText('lookalike')
  const go = useGo()
  const remove = useAct(lookalikeRoutes.deleteLookalike, { onDone: () => go('/lookalikes', { replace: true }) })
  return (
    <PermissionGate permission="audience.write">
      <ConfirmAction
        title={text('remove.title', { name: model.name })}
        consequence={text('remove.consequence')}
        verb={text('remove.verb')}
        danger
        onConfirm={() => remove.mutateAsync({ params: { id: model.id } })}
      >
        {text('remove.verb')}
      </ConfirmAction>
      {model.result && <Button onClick={onAgain}>{text('again')}</Button>}
    </PermissionGate>
  )
}

function Working({ model }: { model: Lookalike }) {
  const text = useText('lookalike')
  const cancel = useAct(lookalikeRoutes.cancelLookalike)
  const at = model.step === null ? 0 : lookalikeSteps.indexOf(model.step)
  return (
    <Panel>
      <Progress percent={Math.round(model.progress * 100)} aria-label={text(`states.${model.state}`)} />
      <Steps
        className="lookalike-steps"
        orientation="vertical"
        size="small"
        current={at}
        status={model.state === 'running' ? 'process' : 'wait'}
        items={lookalikeSteps.map((step) => ({ title: text(`steps.${step}`) }))}
      />
      <p className="faint">{text(model.state === 'running' ? 'working.running' : 'working.waiting')}</p>
      <PermissionGate permission="audience.write">
        <ConfirmAction
          title={text('working.cancelTitle')}
          consequence={text('working.cancelConsequence')}
          verb={text('working.cancel')}
          onConfirm={() => cancel.mutateAsync({ params: { id: model.id } })}
        >
          {text('working.cancel')}
        </ConfirmAction>
      </PermissionGate>
    </Panel>
  )
}

function Failed({ model, onAgain }: { model: Lookalike; onAgain: () => void }) {
  const text = useText('lookalike')
  const pick = useLocaleText()
  return (
    <Panel>
      <EmptyState
        title={text('failed.title')}
        why={model.problem ? pick(model.problem) : text('failed.cancelled')}
        action={
          <PermissionGate permission="audience.write">
            <Button type="primary" onClick={onAgain}>
              {text('failed.again')}
            </Button>
          </PermissionGate>
        }
      />
    </Panel>
  )
}

function Result({ model, result }: { model: Lookalike; result: LookalikeResult }) {
  const text = useText('lookalike')
  const pick = useLocaleText()
  const locale = useLocale()
  const [auc, low, high] = [result.auc, result.aucLow, result.aucHigh].map((value) => value.toFixed(2))
  return (
    <>
      {result.warnings.map(({ kind, text: words }) => (
        <Alert key={kind} className="form-error" showIcon type={kind === 'chance' ? 'error' : 'warning'} title={pick(words)} />
      ))}
      <StatRow>
        <StatNumber
          label={text('facts.auc')}
          value={text(`quality.${qualityOf(result)}`)}
          note={text('facts.aucNote', { auc: auc!, low: low!, high: high! })}
        />
        <StatNumber
          label={text('facts.seed')}
          value={<Count value={result.seed} />}
          note={text('facts.heldOut', { people: formatCount(result.heldOut, locale) })}
          to={model.seed.segmentId === null ? undefined : `/segments/${model.seed.segmentId}/people`}
        />
        <StatNumber
          label={text('facts.others')}
          value={<Count value={result.people - result.seed} />}
          note={text('facts.people', { people: formatCount(result.people, locale) })}
        />
        <StatNumber label={text('facts.features')} value={<Count value={result.features} />} note={text('facts.took', { seconds: result.tookSeconds })} />
      </StatRow>
      <SizeChoice model={model} result={result} />
      <div className="panel-grid">
        <Panel title={text('drivers.title')} className={result.leftOut.length > 0 ? 'span-7' : 'span-12'}>
          <Drivers drivers={result.drivers} />
        </Panel>
        {result.leftOut.length > 0 && (
          <Panel title={text('leftOut.title')} className="span-5">
            <ul className="lookalike-left-out">
              {result.leftOut.map(({ source, label, because }) => (
                <li key={source}>
                  {pick(label)} <span className="faint">{text(`leftOut.${because}`)}</span>
                </li>
              ))}
            </ul>
          </Panel>
        )}
      </div>
      <RankedPeople model={model} />
    </>
  )
}
