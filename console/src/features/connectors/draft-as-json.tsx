import { Alert, Input, Modal } from 'antd'
import { useState } from 'react'
import { ConnectorDraft } from '../../../../contracts/connector-settings.ts'
import { useText } from '../../ui/text.ts'

/** The whole draft as text, to copy from one connector to another or to change what the form has no field for. */
export function DraftAsJson({ draft, onTake, onClose }: { draft: ConnectorDraft; onTake: (draft: ConnectorDraft) => void; onClose: () => void }) {
  const text = useText('connectors')
  const [typed, setTyped] = useState(() => JSON.stringify(draft, null, 2))
  const [problem, setProblem] = useState<string>()
  const take = (): void => {
    try {
      const parsed = ConnectorDraft.safeParse(JSON.parse(typed))
      if (!parsed.success)
        setProblem(
          parsed.error.issues
            .map(({ path, message }) => `${path.join('.')}: ${message}`)
            .slice(0, 5)
            .join('\n'),
        )
      else if (parsed.data.kind !== draft.kind) setProblem(text('json.otherKind'))
      else onTake(parsed.data)
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <Modal open width={860} title={text('json.title')} okText={text('json.take')} onOk={take} onCancel={onClose}>
      {problem !== undefined && <Alert type="error" className="form-error" title={<pre>{problem}</pre>} />}
      <Input.TextArea
        aria-label={text('json.title')}
        className="connector-code"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        autoSize={{ minRows: 16, maxRows: 28 }}
      />
    </Modal>
  )
}
