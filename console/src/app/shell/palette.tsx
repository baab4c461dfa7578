import { SearchOutlined } from '@ant-design/icons'
import { Input, Modal } from 'antd'
import { useState, type KeyboardEvent } from 'react'
import { useGo } from '../../ui/link.tsx'
import { useText } from '../../ui/text.ts'
import { usePaletteEntries } from './palette-entries.ts'

/** Ctrl/⌘-K: people, pages and actions by typing. */
export function Palette({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Modal
      open={open}
      onCancel={onClose}
      footer={null}
      closable={false}
      destroyOnHidden
      width={560}
      style={{ top: 90 }}
      className="palette"
      styles={{ container: { padding: 0 } }}
    >
      <PaletteBody onClose={onClose} />
    </Modal>
  )
}

function PaletteBody({ onClose }: { onClose: () => void }) {
  const text = useText('common')
  const go = useGo()
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState(0)
  const { entries, isSearching } = usePaletteEntries(typed.trim())
  const current = Math.min(chosen, entries.length - 1)
  const pick = (index: number): void => {
    const entry = entries[index]
    if (!entry) return
    onClose()
    go(entry.to)
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setChosen(Math.min(current + 1, entries.length - 1))
    else if (event.key === 'ArrowUp') setChosen(Math.max(current - 1, 0))
    else if (event.key === 'Enter') pick(current)
    else return
    event.preventDefault()
  }
  return (
    <>
      <Input
        autoFocus
        size="large"
        variant="borderless"
        prefix={<SearchOutlined />}
        placeholder={text('palette.placeholder')}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value)
          setChosen(0)
        }}
        onKeyDown={onKey}
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={current >= 0 ? `palette-${current}` : undefined}
        aria-label={text('palette.placeholder')}
      />
      <div id="palette-list" role="listbox" className="palette-list" aria-label={text('palette.results')}>
        {entries.map((entry, index) => (
          <button
            type="button"
            key={entry.key}
            id={`palette-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === current}
            className={index === current ? 'palette-entry palette-chosen' : 'palette-entry'}
            onMouseMove={() => setChosen(index)}
            onClick={() => pick(index)}
          >
            <span>{entry.title}</span>
            <small>{entry.kind}</small>
          </button>
        ))}
      </div>
      {entries.length === 0 && <p className="palette-nothing faint">{isSearching ? text('palette.searching') : text('palette.nothing')}</p>}
    </>
  )
}
