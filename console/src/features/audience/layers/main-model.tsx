import { Button } from 'antd'
import { layerRoutes, type LayerModel } from '../../../../../contracts/layers.ts'
import { useAct } from '../../../ui/api.ts'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useText } from '../../../ui/text.ts'
import { StateTag } from '../../../ui/values.tsx'

/** Says that lists and the overview show people by this model. */
export function MainMark({ model }: { model: LayerModel }) {
  const text = useText('layers')
  if (!model.isMain) return null
  return (
    <span title={text('mainLead')}>
      <StateTag tone="accent" text={text('main')} />
    </span>
  )
}

/** Makes a model the one that people are shown by; the way back is to choose the other one. */
export function MakeMain({ model, small = false }: { model: LayerModel; small?: boolean }) {
  const text = useText('layers')
  const choose = useAct(layerRoutes.setMainLayerModel, { done: text('madeMain') })
  if (model.isMain) return null
  return (
    <PermissionGate permission="audience.write">
      <Button
        size={small ? 'small' : 'middle'}
        type={small ? 'link' : 'default'}
        title={text('mainLead')}
        aria-label={text('makeMainOf', { model: model.name })}
        loading={choose.isPending}
        onClick={() => choose.mutate({ params: { id: model.id } })}
      >
        {text('makeMain')}
      </Button>
    </PermissionGate>
  )
}
