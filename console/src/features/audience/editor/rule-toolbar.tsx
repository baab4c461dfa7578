import { CopyOutlined, NumberOutlined, RedoOutlined, SnippetsOutlined, UndoOutlined } from '@ant-design/icons'
import { App, Button } from 'antd'
import { useEffect, useState } from 'react'
import { useIsSmall } from '../../../ui/preferences.ts'
import { useText } from '../../../ui/text.ts'
import { writeClipboard } from '../../../ui/write-clipboard.ts'
import { readRuleText, writeRuleText } from '../rule/rule-text.ts'
import { asRoot } from '../rule/rule-editing.ts'
import { PasteRule } from './paste-rule.tsx'
import { isTextElsewhere, type EditedRule } from './use-rule-history.ts'

interface RuleToolbarProps {
  editing: EditedRule
  /** Whether every condition says how many people hold it alone. */
  showsCounts: boolean
  onShowCounts: (shows: boolean) => void
}

/** Undo, redo, and the rule as text to take along and back. */
export function RuleToolbar({ editing, showsCounts, onShowCounts }: RuleToolbarProps) {
  const text = useText('audience')
  const small = useIsSmall()
  const { message } = App.useApp()
  const [isPasting, setPasting] = useState(false)
  const { rule, edit } = editing
  const copy = () => writeClipboard(writeRuleText(rule)).then(() => message.success(text('toolbar.copied')))
  useEffect(() => {
    const onPaste = (event: ClipboardEvent): void => {
      const pasted = isTextElsewhere(event.target) ? undefined : readRuleText(event.clipboardData?.getData('text') ?? '')
      if (!pasted) return
      event.preventDefault()
      edit({ kind: 'set', rule: asRoot(pasted) })
      void message.success(text('toolbar.pasted'))
    }
    document.addEventListener('paste', onPaste)
    return () => document.removeEventListener('paste', onPaste)
  }, [edit, message, text])
  return (
    <div className="rule-toolbar" role="toolbar" aria-label={text('toolbar.title')}>
      <Button
        size="small"
        type="text"
        icon={<UndoOutlined />}
        disabled={!editing.canUndo}
        aria-label={text('toolbar.undo')}
        title={text('toolbar.undoKeys')}
        onClick={editing.undo}
      />
      <Button
        size="small"
        type="text"
        icon={<RedoOutlined />}
        disabled={!editing.canRedo}
        aria-label={text('toolbar.redo')}
        title={text('toolbar.redoKeys')}
        onClick={editing.redo}
      />
      <Button
        size="small"
        type="text"
        icon={<NumberOutlined />}
        aria-label={text('toolbar.counts')}
        aria-pressed={showsCounts}
        title={text('toolbar.countsHelp')}
        onClick={() => onShowCounts(!showsCounts)}
      >
        {!small && text('toolbar.counts')}
      </Button>
      <Button size="small" type="text" icon={<CopyOutlined />} aria-label={text('toolbar.copy')} onClick={() => void copy()}>
        {!small && text('toolbar.copy')}
      </Button>
      <Button size="small" type="text" icon={<SnippetsOutlined />} aria-label={text('toolbar.paste')} onClick={() => setPasting(true)}>
        {!small && text('toolbar.paste')}
      </Button>
      {isPasting && (
        <PasteRule
          onClose={() => setPasting(false)}
          onPaste={(pasted) => {
            setPasting(false)
            edit({ kind: 'set', rule: asRoot(pasted) })
          }}
        />
      )}
    </div>
  )
}
