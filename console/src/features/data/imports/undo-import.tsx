import { Alert, Button, Modal, Progress } from 'antd'
import { useState } from 'react'
import { type ImportUndo } from '../../../../../contracts/import-foresight.ts'
import { importRoutes, type Import } from '../../../../../contracts/imports.ts'
import { useAct, useRead } from '../../../ui/api.ts'
import { ErrorView } from '../../../ui/error-view.tsx'
import { PageSkeleton } from '../../../ui/loading.tsx'
import { Facts, Panel } from '../../../ui/panel.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { Count } from '../../../ui/values.tsx'

const counted = ['peopleRemoved', 'peopleKept', 'peopleRestored', 'identitiesRemoved', 'tagsRemoved', 'consentsReversed', 'eventsRemoved'] as const

/** Takes a finished import back: first what that would mean, then the deed. */
export function UndoImport({ one }: { one: Import }) {
  const text = useText('data')
  const [isOpen, setOpen] = useState(false)
  return (
    <PermissionGate permission="data.import">
      <Button danger onClick={() => setOpen(true)}>
        {text('undo.verb')}
      </Button>
      {isOpen && <UndoQuestion one={one} onClose={() => setOpen(false)} />}
    </PermissionGate>
  )
}

function UndoQuestion({ one, onClose }: { one: Import; onClose: () => void }) {
  const text = useText('data')
  const common = useText('common')
  const pick = useLocaleText()
  const params = { id: one.id }
  const undo = useRead(importRoutes.readImportUndo, { params })
  const start = useAct(importRoutes.startImportUndo, { onDone: onClose })
  const isPossible = undo.data?.isPossible === true
  return (
    <Modal
      open
      title={text('undo.title', { file: one.fileName })}
      okText={text('undo.verb')}
      cancelText={common('cancel')}
      okButtonProps={{ danger: true, disabled: !isPossible }}
      confirmLoading={start.isPending}
      onCancel={onClose}
      onOk={() => start.mutate({ params })}
    >
      {undo.error && <ErrorView error={undo.error} retry={() => void undo.refetch()} />}
      {undo.isPending && <PageSkeleton rows={4} />}
      {undo.data && (
        <>
          {undo.data.reason && <Alert type="warning" showIcon className="form-error" title={pick(undo.data.reason)} />}
          <UndoNumbers counts={undo.data.planned} />
          <UndoNotes undo={undo.data} />
        </>
      )}
    </Modal>
  )
}

function UndoNumbers({ counts }: { counts: ImportUndo['planned'] }) {
  const text = useText('data')
  const some = counted.filter((key) => counts[key] > 0)
  if (some.length === 0) return <p className="faint">{text('undo.nothing')}</p>
  return <Facts rows={some.map((key) => [text(`undo.counts.${key}`), <Count key={key} value={counts[key]} />] as const)} />
}

function UndoNotes({ undo }: { undo: ImportUndo }) {
  const pick = useLocaleText()
  return (
    <ul className="undo-notes faint">
      {undo.notes.map((note) => (
        <li key={note.en}>{pick(note)}</li>
      ))}
    </ul>
  )
}

/** How far an undo is, and what it took back. */
export function UndoProgress({ one }: { one: Import }) {
  const text = useText('data')
  const pick = useLocaleText()
  const isRunning = one.undoState === 'running'
  const undo = useRead(importRoutes.readImportUndo, { params: { id: one.id }, refetchSeconds: isRunning ? 1 : false })
  if (!undo.data) return null
  return (
    <Panel title={text(`undo.states.${one.undoState ?? 'running'}`)}>
      {isRunning && <Progress percent={Math.floor(undo.data.share * 100)} status="active" aria-label={text('undo.states.running')} />}
      {undo.data.error && <Alert type="error" showIcon className="form-error" title={pick(undo.data.error)} />}
      <UndoNumbers counts={undo.data.done} />
      <UndoNotes undo={undo.data} />
    </Panel>
  )
}
