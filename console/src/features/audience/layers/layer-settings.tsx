import { App, Button, Checkbox, Input, Modal } from 'antd'
import { useEffect, useState } from 'react'
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

export const mayRecut = (kind: LayerModel['kind']) => kind === 'rfm' || kind === 'quantiles' || kind === 'thresholds'

/** A definition to begin with: that of now, or another one, whose preview is shown at once. */
export interface OpenedSettings {
  definition: LayerDefinition
  isRecut: boolean
}

/** Takes the cuts anew from today's data, and opens what that comes to. */
export function useRecut(model: LayerModel, onOpen: (opened: OpenedSettings) => void): () => Promise<void> {
  const pick = useLocaleText()
  const { message } = App.useApp()
  const { workspace } = useSession()
  return async () => {
    try {
      const { definition } = await client.call(layerRoutes.proposeLayerCuts, { params: { workspaceId: workspace.workspaceId, id: model.id } })
      onOpen({ definition, isRecut: true })
    } catch (error) {
      void message.error(error instanceof ProblemError ? pick(error.problem) : String(error))
    }
  }
}

/** Changing a model: its parameters, or its cuts taken anew; in either case who would move is seen first. */
export function LayerSettings({ model }: { model: LayerModel }) {
  const text = useText('layers')
  const [opened, setOpened] = useState<OpenedSettings>()
  const recut = useRecut(model, setOpened)
  return (
    <PermissionGate permission="audience.write">
      {mayRecut(model.kind) && <Button onClick={() => void recut()}>{text('recut')}</Button>}
      <Button onClick={() => setOpened({ definition: model.definition, isRecut: false })}>{text('settings')}</Button>
      {opened && <SettingsDialog model={model} {...opened} onClose={() => setOpened(undefined)} />}
    </PermissionGate>
  )
}

interface SettingsDialogProps extends OpenedSettings {
  model: LayerModel
  onClose: () => void
}

/** Parameters of a model, what they would come to, and the saving of them. */
export function SettingsDialog({ model, definition: first, isRecut, onClose }: SettingsDialogProps) {
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
  const { mutate: showPreview } = preview
  // Whoever opens it with another definition wants to see what that comes to.
  const [begins] = useState(isChanged)
  useEffect(() => {
    if (begins) showPreview({ params: { id: model.id }, body: { definition: first } })
  }, [begins, first, model.id, showPreview])
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
