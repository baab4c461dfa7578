import { Link } from '../../ui/link.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useText } from '../../ui/text.ts'

const steps = [
  { key: 'data', to: '/data/imports/new' },
  { key: 'segment', to: '/segments' },
  { key: 'account', to: '/settings/accounts' },
  { key: 'campaign', to: '/campaigns' },
] as const

/** The loop in four steps, for a workspace that holds nobody yet. */
export function FirstSteps() {
  const text = useText('overview')
  return (
    <Panel title={text('firstSteps.title')}>
      <ol className="first-steps">
        {steps.map((step) => (
          <li key={step.key}>
            <Link to={step.to}>{text(`firstSteps.${step.key}.title`)}</Link>
            <p>{text(`firstSteps.${step.key}.why`)}</p>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
