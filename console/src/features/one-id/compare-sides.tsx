import { ArrowRightOutlined } from '@ant-design/icons'
import type { ReactNode } from 'react'
import type { MergePreview, MergeSide } from '../../../../contracts/merge-previews.ts'
import { Link } from '../../ui/link.tsx'
import { NamespaceName } from '../../ui/namespace-name.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'
import { useAttributeText } from '../../ui/use-attribute-text.ts'
import { Count, DateTime, Money, StateTag } from '../../ui/values.tsx'

interface CompareSidesProps {
  preview: MergePreview
  /** Names of the two columns. */
  heads?: { kept: string; merged: string }
}

/** Two people beside each other: what differs is marked, and which side would hold after a merge. */
export function CompareSides({ preview, heads }: CompareSidesProps) {
  const text = useText('one-id')
  const { kept, merged } = preview
  return (
    <div className="compare" role="table" aria-label={text('compare.label')}>
      <div className="compare-row compare-head" role="row">
        <span role="columnheader" className="compare-key" aria-label={text('compare.what')} />
        <Head side={kept} title={heads?.kept ?? text('compare.kept')} />
        <Head side={merged} title={heads?.merged ?? text('compare.merged')} />
      </div>
      <Fact label={text('compare.identities')} kept={<Identities side={kept} />} merged={<Identities side={merged} />} />
      <Attributes preview={preview} />
      <Consents preview={preview} />
      <Fact label={text('compare.orders')} kept={<Orders side={kept} />} merged={<Orders side={merged} />} />
      <Fact label={text('compare.events')} kept={<Count value={kept.counts.events} />} merged={<Count value={merged.counts.events} />} />
      <Fact label={text('compare.messages')} kept={<Count value={kept.counts.messages} />} merged={<Count value={merged.counts.messages} />} />
      <Fact label={text('compare.lastEventAt')} kept={<DateTime at={kept.lastEventAt} dateOnly />} merged={<DateTime at={merged.lastEventAt} dateOnly />} />
      <Fact label={text('compare.createdAt')} kept={<DateTime at={kept.createdAt} dateOnly />} merged={<DateTime at={merged.createdAt} dateOnly />} />
    </div>
  )
}

function Head({ side, title }: { side: MergeSide; title: string }) {
  const text = useText('one-id')
  return (
    <span role="columnheader">
      <small className="faint">{title}</small>
      <Link to={`/people/${side.personId}`}>{side.name ?? text('compare.noName')}</Link>
      <small className="faint number">{text('compare.id', { personId: side.personId })}</small>
    </span>
  )
}

interface FactProps {
  label: ReactNode
  kept: ReactNode
  merged: ReactNode
  differs?: boolean
  wins?: 'kept' | 'merged' | undefined
  why?: string
}

function Fact({ label, kept, merged, differs = false, wins, why }: FactProps) {
  const text = useText('one-id')
  const cell = (side: 'kept' | 'merged', value: ReactNode): ReactNode => (
    <span role="cell" className={`compare-cell ${wins === side && differs ? 'compare-wins' : ''}`}>
      {value}
      {wins === side && differs && (
        <small title={why}>
          <ArrowRightOutlined aria-hidden="true" /> {text('compare.holds')}
        </small>
      )}
    </span>
  )
  return (
    <div className={differs ? 'compare-row compare-differs' : 'compare-row'} role="row">
      <span role="rowheader" className="compare-key">
        {label}
      </span>
      {cell('kept', kept)}
      {cell('merged', merged)}
    </div>
  )
}

function Attributes({ preview }: { preview: MergePreview }) {
  const text = useText('one-id')
  const pick = useLocaleText()
  const attributeText = useAttributeText()
  const none = <span className="faint">–</span>
  return preview.attributes.map(({ key, label, kept, merged, wins, why }) => (
    <Fact
      key={key}
      label={pick(label)}
      differs={why !== 'same'}
      wins={wins}
      why={text(`compare.why.${why}`)}
      kept={kept ? attributeText(key, kept.value) : none}
      merged={merged ? attributeText(key, merged.value) : none}
    />
  ))
}

function Consents({ preview }: { preview: MergePreview }) {
  const text = useText('one-id')
  const of = (side: MergeSide, channel: string, purpose: string): ReactNode => {
    const own = side.consents.find((consent) => consent.channel === channel && consent.purpose === purpose)
    if (!own) return <span className="faint">–</span>
    return (
      <span>
        <StateTag tone={own.state === 'granted' ? 'good' : 'warn'} text={text(`compare.consents.${own.state}`)} /> <DateTime at={own.at} dateOnly />
      </span>
    )
  }
  return preview.consents.map(({ channel, purpose, wins, why }) => (
    <Fact
      key={channel + purpose}
      label={text('compare.consent')}
      differs={why !== 'same'}
      wins={wins}
      why={text(`compare.why.${why}`)}
      kept={of(preview.kept, channel, purpose)}
      merged={of(preview.merged, channel, purpose)}
    />
  ))
}

function Identities({ side }: { side: MergeSide }) {
  if (side.identities.length === 0) return <span className="faint">–</span>
  return (
    <ul className="compare-identities">
      {side.identities.slice(0, 12).map((identity) => (
        <li key={identity.key}>
          <small className="faint">
            <NamespaceName name={identity.namespace} />
          </small>{' '}
          <span className="number">{identity.value}</span>
        </li>
      ))}
      {side.identities.length > 12 && <li className="faint">+{side.identities.length - 12}</li>}
    </ul>
  )
}

function Orders({ side }: { side: MergeSide }) {
  return (
    <span>
      <Count value={side.counts.orders} /> · <Money fen={side.counts.amountFen} />
    </span>
  )
}
