import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { type LayerDefinition } from '../../../../../contracts/layer-definitions.ts'
import { layerRoutes, type LayerProposal } from '../../../../../contracts/layers.ts'
import { everyone, type Filter } from '../../../../../contracts/rule.ts'
import { useAct, useRead } from '../../../ui/api.ts'
import { useGo } from '../../../ui/link.tsx'
import { Loaded } from '../../../ui/loading.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { StateTag } from '../../../ui/values.tsx'
import { ClusterPanel } from './cluster-panel.tsx'
import { DefinitionFields } from './definition-fields.tsx'
import { DefinitionProblems } from './definition-problems.tsx'
import { Field } from './field.tsx'
import { freeName } from './free-name.ts'
import './layers.css'

export interface Draft {
  name: string
  definition: LayerDefinition
}

const orders = { from: 'events', event: 'Order Completed', measure: 'sum', of: 'amount', days: 365, filters: [] as Filter[] } as const
const begun: Record<'thresholds' | 'quantiles' | 'scores', LayerDefinition> = {
  thresholds: { kind: 'thresholds', measure: orders, cuts: [5000, 1000, 200], best: 'high' },
  quantiles: { kind: 'quantiles', measure: orders, shares: [0.2, 0.3, 0.5], by: 'people', best: 'high', cuts: null },
  scores: {
    kind: 'scores',
    parts: [
      { measure: orders, weight: 2, best: 'high' },
      { measure: { ...orders, measure: 'recency', days: null }, weight: 1, best: 'low' },
    ],
    cuts: [4, 3, 2],
  },
}
const customKinds = ['thresholds', 'quantiles', 'scores', 'rules'] as const

/** Ready-made models with what the data says to each, models of one's own, and groups found in the data. */
export function NewLayerModelPage() {
  const text = useText('layers')
  const proposals = useRead(layerRoutes.listLayerProposals)
  const models = useRead(layerRoutes.listLayerModels)
  const [draft, setDraft] = useState<Draft>()
  const first = text('definition.newLayer', { number: 1 })
  const custom = { ...begun, rules: { kind: 'rules', layers: [{ name: 'layer1', label: { zh: first, en: first }, rule: everyone }] } } satisfies Record<
    string,
    LayerDefinition
  >
  const begin = ({ name, definition }: Draft): void => setDraft({ name: freeName(name, models.data?.items.map((model) => model.name) ?? []), definition })
  return (
    <>
      <PageHeader title={text('new')} lead={text('newLead')} parent={{ label: text('title'), to: '/layers' }} />
      <Panel title={text('presets')}>
        <Loaded query={proposals}>
          {({ items }) => (
            <div className="layer-cards">
              {items.map((proposal) => (
                <ProposalCard key={proposal.model} proposal={proposal} onUse={begin} />
              ))}
            </div>
          )}
        </Loaded>
      </Panel>
      <Panel title={text('custom')}>
        <div className="layer-cards">
          {customKinds.map((kind) => (
            <div key={kind} className="layer-part">
              <div className="layer-card-head">
                <h3>{text(`kinds.${kind}`)}</h3>
              </div>
              <p>{text(`kindLeads.${kind}`)}</p>
              <p>
                <Button aria-label={`${text('use')} ${text(`kinds.${kind}`)}`} onClick={() => begin({ name: text(`kinds.${kind}`), definition: custom[kind] })}>
                  {text('use')}
                </Button>
              </p>
            </div>
          ))}
        </div>
      </Panel>
      <ClusterPanel onAdopt={begin} />
      {draft && <CreateDialog draft={draft} onChange={setDraft} onClose={() => setDraft(undefined)} />}
    </>
  )
}

const tones = { ready: 'good', partly: 'warn', missing: 'bad', unknown: 'neutral' } as const

function ProposalCard({ proposal, onUse }: { proposal: LayerProposal; onUse: (draft: Draft) => void }) {
  const text = useText('layers')
  const pick = useLocaleText()
  const { label, state, needs, reason, definition } = proposal
  const advice = needs.flatMap((need) => (need.advice ? [pick(need.advice)] : []))
  return (
    <div className="layer-part">
      <div className="layer-card-head">
        <h3>{pick(label)}</h3>
        <StateTag tone={tones[state]} text={text(`states.${state}`)} />
      </div>
      <p>{text(`kindLeads.${definition.kind}`)}</p>
      {reason && <p>{pick(reason)}</p>}
      {advice.length > 0 && <p>{text('missingData', { what: advice.join('；') })}</p>}
      <p>
        <Button aria-label={`${text('use')} ${pick(label)}`} onClick={() => onUse({ name: pick(label), definition })}>
          {text('use')}
        </Button>
      </p>
    </div>
  )
}

function CreateDialog({ draft, onChange, onClose }: { draft: Draft; onChange: (draft: Draft) => void; onClose: () => void }) {
  const text = useText('layers')
  const common = useText('common')
  const go = useGo()
  const create = useAct(layerRoutes.createLayerModel, { showsErrorItself: true, done: text('created'), onDone: (made) => go(`/layers/${made.id}`) })
  return (
    <Modal
      open
      width={760}
      title={text('new')}
      okText={text('create')}
      cancelText={common('cancel')}
      confirmLoading={create.isPending}
      onCancel={onClose}
      onOk={() => create.mutate({ body: draft })}
    >
      <DefinitionProblems error={create.error} />
      <Field label={text('name')}>
        <Input aria-label={text('name')} maxLength={80} value={draft.name} onChange={(event) => onChange({ ...draft, name: event.target.value })} />
      </Field>
      <DefinitionFields definition={draft.definition} onChange={(definition) => onChange({ ...draft, definition })} />
    </Modal>
  )
}
