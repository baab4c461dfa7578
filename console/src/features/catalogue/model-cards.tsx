import { CheckOutlined, MinusOutlined } from '@ant-design/icons'
import type { ModelReadiness } from '../../../../contracts/catalogue.ts'
import { useLocaleText, useText } from '../../ui/text.ts'
import { Percent, StateTag, type StateTone } from '../../ui/values.tsx'

const tones: Record<ModelReadiness['state'], StateTone['tone']> = { ready: 'good', partly: 'warn', missing: 'neutral' }

/** Each layer model with what it needs, what of it is there, and what to import for the rest. */
export function ModelCards({ models }: { models: readonly ModelReadiness[] }) {
  const text = useText('catalogue')
  const pick = useLocaleText()
  return (
    <section aria-label={text('models.title')}>
      <h2 className="catalogue-heading">{text('models.title')}</h2>
      <div className="model-cards">
        {models.map((model) => (
          <article key={model.model} className="panel">
            <header>
              <h3>{pick(model.label)}</h3>
              <StateTag tone={tones[model.state]} text={text(`models.states.${model.state}`)} />
            </header>
            <div className="fill-bar" aria-hidden>
              <i style={{ width: `${model.covers * 100}%` }} />
            </div>
            <p className="faint">
              {text('models.covers')} <Percent value={model.covers} digits={0} />
            </p>
            <ul>
              {model.needs.map((need) => (
                <li key={need.text.en} className={need.met ? 'need-met' : 'need-open'}>
                  {need.met ? <CheckOutlined aria-label={text('models.met')} /> : <MinusOutlined aria-label={text('models.open')} />}
                  <span>
                    {pick(need.text)}
                    {need.advice && <small>{pick(need.advice)}</small>}
                  </span>
                </li>
              ))}
            </ul>
          </article>
        ))}
      </div>
    </section>
  )
}
