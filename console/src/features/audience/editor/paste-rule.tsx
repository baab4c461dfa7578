import { Input, Modal } from 'antd'
import { useEffect, useState } from 'react'
import type { Rule } from '../../../../../contracts/rule.ts'
import { useText } from '../../../ui/text.ts'
import { readRuleText } from '../rule/rule-text.ts'

/** Takes a rule as text; begins with the clipboard where the browser lets it be read. */
export function PasteRule({ onClose, onPaste }: { onClose: () => void; onPaste: (rule: Rule) => void }) {
  const text = useText('audience')
  const common = useText('common')
  const [typed, setTyped] = useState('')
  const rule = readRuleText(typed)
  useEffect(() => {
    const clipboard = isSecureContext ? navigator.clipboard.readText() : Promise.resolve('')
    clipboard.then(
      (found) => readRuleText(found) && setTyped((before) => before || found),
      // Reading the clipboard is the reader's to allow; pasting by hand always works.
      () => undefined,
    )
  }, [])
  return (
    <Modal
      open
      title={text('paste.title')}
      okText={text('paste.verb')}
      cancelText={common('cancel')}
      okButtonProps={{ disabled: rule === undefined }}
      onCancel={onClose}
      onOk={() => rule && onPaste(rule)}
    >
      <p className="faint">{text('paste.help')}</p>
      <Input.TextArea
        autoFocus
        rows={10}
        className="rule-json"
        value={typed}
        aria-label={text('paste.text')}
        status={typed.trim() !== '' && rule === undefined ? 'error' : undefined}
        onChange={(event) => setTyped(event.target.value)}
      />
      {typed.trim() !== '' && rule === undefined && (
        <p className="live-count-error" role="alert">
          {text('paste.wrong')}
        </p>
      )}
    </Modal>
  )
}
