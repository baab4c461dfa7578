import { Button } from 'antd'
import type { z } from 'zod'
import type { LayerDefinition } from '../../../../../contracts/layer-definitions.ts'
import { layerRoutes, type LayerFinding, type LayerModel } from '../../../../../contracts/layers.ts'
import { useAct } from '../../../ui/api.ts'
import { useGo } from '../../../ui/link.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useText } from '../../../ui/text.ts'
import { joinedLayers, neighbourOf } from './joined-layers.ts'
import { mayRecut, useRecut, type OpenedSettings } from './layer-settings.tsx'

type Finding = z.infer<typeof LayerFinding>

interface FindingActionsProps {
  model: LayerModel
  finding: Finding
  /** Shows what a changed definition comes to, before it is saved. */
  onSettings: (settings: OpenedSettings) => void
}

/** What a finding proposes, as buttons: whatever changes the model is previewed first. */
export function FindingActions({ model, finding, onSettings }: FindingActionsProps) {
  const text = useText('layers')
  const go = useGo()
  const recompute = useAct(layerRoutes.recomputeLayerModel)
  const recut = useRecut(model, onSettings)
  const joined = joinOf(model.definition, finding)
  const settings = (
    <Button size="small" onClick={() => onSettings({ definition: model.definition, isRecut: false })}>
      {text('health.actions.settings')}
    </Button>
  )
  const taken = mayRecut(model.kind) ? (
    <Button size="small" onClick={() => void recut()}>
      {text('recut')}
    </Button>
  ) : (
    settings
  )
  const buttons = {
    notComputed: (
      <Button size="small" loading={recompute.isPending} onClick={() => recompute.mutate({ params: { id: model.id } })}>
        {text('compute')}
      </Button>
    ),
    tooMany: settings,
    empty: settings,
    alike: settings,
    skew: taken,
    staleThresholds: taken,
    drift: taken,
    unused: (
      <>
        <Button size="small" onClick={() => go(`/layers/${model.id}?tab=plays`)}>
          {text('health.actions.plays')}
        </Button>{' '}
        {settings}
      </>
    ),
    noData: (
      <Button size="small" onClick={() => go('/data/imports/new')}>
        {text('health.actions.import')}
      </Button>
    ),
  } satisfies Record<Finding['kind'], React.ReactNode>
  return (
    <PermissionGate permission="audience.write">
      <p className="layer-finding-actions">
        {joined ? (
          <Button size="small" onClick={() => onSettings({ definition: joined, isRecut: false })}>
            {text('health.actions.join')}
          </Button>
        ) : (
          buttons[finding.kind]
        )}
      </p>
    </PermissionGate>
  )
}

/** Layers that are alike, or one that nobody is in, made one with their neighbour. */
function joinOf(definition: LayerDefinition, { kind, layers }: Finding): LayerDefinition | undefined {
  if (kind === 'alike') return joinedLayers(definition, layers)
  const [only] = layers
  const neighbour = kind === 'empty' && layers.length === 1 && only !== undefined ? neighbourOf(definition, only) : undefined
  return only === undefined || neighbour === undefined ? undefined : joinedLayers(definition, [only, neighbour])
}
