import type { Connector } from '../../../../contracts/connectors.ts'
import { useText } from '../../ui/text.ts'
import { StateTag, type StateTone } from '../../ui/values.tsx'

const tones: Record<Connector['state'], StateTone['tone']> = { waiting: 'neutral', working: 'good', failing: 'bad', disabled: 'neutral' }

/** How a connector is doing. */
export function ConnectorState({ connector }: { connector: Connector }) {
  const text = useText('connectors')
  return <StateTag tone={tones[connector.state]} text={text(`states.${connector.state}`)} />
}
