import { layerSteps, type LayerModel } from '../../../../../contracts/layers.ts'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { Ago, DateTime, StateTag } from '../../../ui/values.tsx'

/** How fresh a model is: what it is at, when it was computed and compared with the data, and when it is next. */
export function ModelFreshness({ model }: { model: LayerModel }) {
  const text = useText('layers')
  const { computation, computedAt, checkedAt, nextAt, failure } = model
  if (computation)
    return (
      <span className="faint" role="status">
        {text('freshness.step', { step: layerSteps.indexOf(computation.step) + 1, what: text(`freshness.steps.${computation.step}`) })} ·{' '}
        {text('freshness.since')} <Ago at={computation.since} />
      </span>
    )
  return (
    <span className="faint">
      {computedAt === null ? (
        text('notComputed')
      ) : (
        <>
          {text('computed')} <Ago at={computedAt} />
        </>
      )}
      {checkedAt !== null && checkedAt !== computedAt && (
        <>
          {' · '}
          {text('freshness.checked')} <Ago at={checkedAt} />
        </>
      )}
      {nextAt !== null && (
        <>
          {' · '}
          {text(failure ? 'freshness.retry' : 'freshness.next')} <DateTime at={nextAt} />
        </>
      )}
    </span>
  )
}

/** What is wrong with the freshness of a model; nothing where nothing is. */
export function ModelTrouble({ model, action }: { model: LayerModel; action?: React.ReactNode }) {
  const text = useText('layers')
  const pick = useLocaleText()
  const { failure, late, computing } = model
  if (computing || (failure === null && !late)) return null
  return (
    <div className="layer-trouble" role="status">
      <StateTag tone={failure ? 'bad' : 'warn'} text={failure ? text('freshness.failed') : text('freshness.late')} />
      {failure && (
        <span>
          {pick(failure.text)} <Ago at={failure.at} />
        </span>
      )}
      {action}
    </div>
  )
}
