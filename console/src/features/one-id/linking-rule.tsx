import { Panel } from '../../ui/panel.tsx'
import { useText } from '../../ui/text.ts'

/** How identities make people one, in plain words beside a small picture. */
export function LinkingRule() {
  const text = useText('one-id')
  return (
    <Panel title={text('rule.title')}>
      <div className="linking">
        <LinkingPicture />
        <ol>
          {(['together', 'strong', 'weak', 'limit', 'shared', 'conflict'] as const).map((key) => (
            <li key={key}>{text(`rule.${key}`)}</li>
          ))}
        </ol>
      </div>
    </Panel>
  )
}

/** A phone that joins two people; a device that does not. */
function LinkingPicture() {
  const text = useText('one-id')
  return (
    <svg className="linking-picture" viewBox="0 0 260 150" role="img" aria-label={text('rule.picture')}>
      <g className="linking-lines">
        <path d="M58 34 H118 M142 34 H202" className="linking-solid" />
        <path d="M58 114 H118 M142 114 H202" className="linking-dashed" />
      </g>
      {[34, 114].map((y) => (
        <g key={y}>
          <circle cx="42" cy={y} r="16" className="linking-person" />
          <circle cx="218" cy={y} r="16" className="linking-person" />
          <circle cx="42" cy={y - 5} r="5" className="linking-face" />
          <circle cx="218" cy={y - 5} r="5" className="linking-face" />
          <path d={`M33 ${y + 9} q9 -10 18 0 M209 ${y + 9} q9 -10 18 0`} className="linking-face" />
        </g>
      ))}
      <rect x="118" y="20" width="24" height="28" rx="4" className="linking-strong" />
      <rect x="118" y="102" width="24" height="24" rx="4" className="linking-weak" />
      <text x="130" y="66" textAnchor="middle">
        {text('rule.joins')}
      </text>
      <text x="130" y="145" textAnchor="middle">
        {text('rule.keepsApart')}
      </text>
    </svg>
  )
}
