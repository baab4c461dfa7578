import { App, Button, Checkbox, Input, Modal } from 'antd'
import { useState } from 'react'
import { ProblemError } from '../../../../../contracts/client.ts'
import { type LayerDefinition } from '../../../../../contracts/layer-definitions.ts'
import { layerRoutes, type LayerModel } from '../../../../../contracts/layers.ts'
import { client, useAct } from '../../../ui/api.ts'
import { ConfirmAction } from '../../../ui/confirm-action.tsx'
import { useGo } from '../../../ui/link.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useSession } from '../../../ui/session-context.ts'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { DefinitionFields } from './definition-fields.tsx'
import { DefinitionProblems } from './definition-problems.tsx'
import { Field } from './field.tsx'
import { PreviewPanel } from './preview-panel.tsx'

const mayRecut = (kind: LayerModel['kind']) => kind === 'rfm' || kind === 'quantiles' || kind === 'thresholds'

/** Changing a model: its parameters, or its cuts taken anew; in either case who would move is seen first. */
export function LayerSettings({ model }: { model: LayerModel }) {
  const text = useText('layers')
  const pick = useLocaleText()
  const { message } = App.useApp()
  const { workspace } = useSession()
  const [opened, setOpened] = useState<{ definition: LayerDefinition; isRecut: boolean }>()
  const recut = async (): Promise<void> => {
    try {
      const { definition } = await client.call(layerRoutes.proposeLayerCuts, { params: { workspaceId: workspace.workspaceId, id: model.id } })
      setOpened({ definition, isRecut: true })
    } catch (error) {
      void message.error(error instanceof ProblemError ? pick(error.problem) : String(error))
    }
  }
  return (
    <PermissionGate permission="audience.write">
      {mayRecut(model.kind) && <Button onClick={() => void recut()}>{text('recut')}</Button>}
      <Button onClick={() => setOpened({ definition: model.definition, isRecut: false })}>{text('settings')}</Button>
      {opened && <SettingsDialog model={model} {...opened} onClose={() => setOpened(undefined)} />}
    </PermissionGate>
  )
}

interface SettingsDialogProps {
  model: LayerModel
  definition: LayerDefinition
  isRecut: boolean
  onClose: () => void
}

function SettingsDialog({ model, definition: first, isRecut, onClose }: SettingsDialogProps) {
  const text = useText('layers')
  const common = useText('common')
  const go = useGo()
  const [definition, setDefinition] = useState(first)
  const [name, setName] = useState(model.name)
  const [announces, setAnnounces] = useState(model.announces)
  const preview = useAct(layerRoutes.previewLayerModel, { readOnly: true, showsErrorItself: true })
  const save = useAct(layerRoutes.updateLayerModel, { showsErrorItself: true, done: text('saved'), onDone: onClose })
  const remove = useAct(layerRoutes.deleteLayerModel, { done: text('deleted'), onDone: () => go('/layers') })
  const params = { id: model.id }
  const isChanged = JSON.stringify(definition) !== JSON.stringify(model.definition)
  const change = (next: LayerDefinition): void => {
    setDefinition(next)
    preview.reset()
  }
  return (
    <Modal
      open
      width={760}
      title={text(isRecut ? 'recut' : 'settings')}
      onCancel={onClose}
      footer={[
        <ConfirmAction
          key="delete"
          danger
          type="text"
          title={text('delete')}
          consequence={text('deleteConsequence')}
          verb={text('delete')}
          onConfirm={() => remove.mutateAsync({ params })}
        >
          {text('delete')}
        </ConfirmAction>,
        <Button key="cancel" onClick={onClose}>
          {common('cancel')}
        </Button>,
        <Button key="preview" disabled={!isChanged} loading={preview.isPending} onClick={() => preview.mutate({ params, body: { definition } })}>
          {text(preview.isPending ? 'previewing' : 'preview')}
        </Button>,
        <Button
          key="save"
          type="primary"
          loading={save.isPending}
          onClick={() => save.mutate({ params, body: { name, announces, ...(isChanged ? { definition } : {}) } })}
        >
          {isChanged ? text('save') : common('save')}
        </Button>,
      ]}
    >
      <DefinitionProblems error={save.error ?? preview.error} />
      {isRecut && <p className="faint">{text('recutLead')}</p>}
      {!isRecut && (
        <Field label={text('name')}>
          <Input aria-label={text('name')} maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
      )}
      <DefinitionFields definition={definition} onChange={change} />
      {!isRecut && (
        <Field label="" help={text('announcesHelp')}>
          <Checkbox checked={announces} onChange={(event) => setAnnounces(event.target.checked)}>
            {text('announces')}
          </Checkbox>
        </Field>
      )}
      {preview.data && <PreviewPanel modelId={model.id} definition={definition} preview={preview.data} />}
    </Modal>
  )
}
