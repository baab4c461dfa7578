import type { Person } from '../../../../contracts/people.ts'
import { LayerMark } from '../../ui/layer-mark.tsx'
import { Link, peoplePath } from '../../ui/link.tsx'
import { Facts, Panel } from '../../ui/panel.tsx'
import { useText } from '../../ui/text.ts'

/** In which layer of each model the person is, with the scores behind it. */
export function PersonLayers({ person }: { person: Person }) {
  const text = useText('people')
  return (
    <Panel title={text('person.layers')}>
      {person.layers.length === 0 ? (
        <p className="faint">{text('person.noLayers')}</p>
      ) : (
        <Facts
          rows={person.layers.map((layer) => [
            <Link key={layer.modelId} to={`/layers/${layer.modelId}`}>
              {layer.model}
            </Link>,
            <span key={layer.modelId}>
              <Link to={peoplePath({ modelId: layer.modelId, layer: layer.layer })}>
                <LayerMark layer={layer} />
              </Link>
              {layer.modelId === person.layer?.modelId && <small className="faint"> · {text('person.mainLayer')}</small>}
              {layer.recencyScore !== null && layer.recencyScore > 0 && (
                <small className="faint number">
                  {' · '}
                  {text('person.scores', { recency: layer.recencyScore, frequency: layer.frequencyScore ?? 0, money: layer.moneyScore ?? 0 })}
                </small>
              )}
            </span>,
          ])}
        />
      )}
    </Panel>
  )
}
