import { PlusOutlined, SearchOutlined } from '@ant-design/icons'
import { Button, Input, Modal, Popover } from 'antd'
import { useId, useMemo, useState, type KeyboardEvent } from 'react'
import type { Rule } from '../../../../../contracts/rule.ts'
import { useIsSmall } from '../../../ui/preferences.ts'
import { useText } from '../../../ui/text.ts'
import { noteChoice, recentChoices, searchChoices, type ShownGroup, type Choice } from './choice-search.ts'
import { useConditionChoices } from './condition-choices.ts'
import { newAttribute, newEvent } from './new-nodes.ts'
import { useRuleEditing } from './rule-context.ts'
import type { Path } from './rule-editing.ts'

/** The two conditions that are wanted most as buttons, everything else by name behind a third. */
export function AddCondition({ group, index }: { group: Path; index: number }) {
  const text = useText('audience')
  const { edit } = useRuleEditing()
  const small = useIsSmall()
  const [isOpen, setOpen] = useState(false)
  const add = (node: Rule) => edit({ kind: 'insert', group, index, node })
  const choose = (choice: Choice): void => {
    setOpen(false)
    noteChoice(choice.key)
    add(choice.make())
  }
  const list = <ChoiceList onChoose={choose} onClose={() => setOpen(false)} />
  return (
    <div className="rule-adds">
      <Button size="small" type="dashed" className="rule-add" icon={<PlusOutlined aria-hidden />} onClick={() => add(newEvent())}>
        {text('add.event')}
      </Button>
      <Button size="small" type="dashed" icon={<PlusOutlined aria-hidden />} onClick={() => add(newAttribute())}>
        {text('add.attribute')}
      </Button>
      <Popover
        trigger="click"
        placement="bottomLeft"
        arrow={false}
        open={isOpen && !small}
        onOpenChange={setOpen}
        destroyOnHidden
        styles={{ container: { padding: 0 } }}
        content={list}
      >
        <Button size="small" type="dashed" icon={<SearchOutlined aria-hidden />} aria-expanded={isOpen}>
          {text('add.search')}
        </Button>
      </Popover>
      <Modal open={isOpen && small} title={text('add.searchName')} footer={null} destroyOnHidden onCancel={() => setOpen(false)}>
        {list}
      </Modal>
    </div>
  )
}

/** A field to type into and what it finds, by group; arrows go through, Enter takes. */
function ChoiceList({ onChoose, onClose }: { onChoose: (choice: Choice) => void; onClose: () => void }) {
  const text = useText('audience')
  const id = useId()
  const [search, setSearch] = useState('')
  const [active, setActive] = useState(0)
  const choices = useConditionChoices(true)
  const [recent] = useState(recentChoices)
  const groups = useMemo(() => searchChoices(choices, search, recent), [choices, search, recent])
  const idOf = (group: ShownGroup, choice: Choice): string => `${id} ${group.group} ${choice.key}`.replaceAll(/\s/g, '-')
  const flat = groups.flatMap((group) => group.choices.map((choice) => ({ choice, id: idOf(group, choice) })))
  const at = Math.min(active, flat.length - 1)
  const move = (to: number): void => {
    setActive(to)
    document.querySelector(`#${CSS.escape(flat[to]?.id ?? '')}`)?.scrollIntoView({ block: 'nearest' })
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (flat.length > 0) move((at + (event.key === 'ArrowDown' ? 1 : flat.length - 1)) % flat.length)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      const chosen = flat[at]?.choice
      if (chosen) onChoose(chosen)
    } else if (event.key === 'Escape') {
      event.stopPropagation()
      onClose()
    }
  }
  return (
    <div className="choice-list">
      <Input
        autoFocus
        variant="borderless"
        prefix={<SearchOutlined aria-hidden />}
        value={search}
        placeholder={text('add.searchPlaceholder')}
        role="combobox"
        aria-label={text('add.searchName')}
        aria-expanded
        aria-controls={id}
        aria-activedescendant={flat[at]?.id}
        onChange={(event) => {
          setSearch(event.target.value)
          setActive(0)
        }}
        onKeyDown={onKey}
      />
      <div id={id} role="listbox" aria-label={text('add.searchName')}>
        {groups.map((group) => (
          <div key={group.group} role="group" aria-label={text(`add.groups.${group.group}`)}>
            <small>{text(`add.groups.${group.group}`)}</small>
            {group.choices.map((choice) => {
              const mine = flat.findIndex((each) => each.id === idOf(group, choice))
              return (
                <button
                  type="button"
                  key={choice.key}
                  id={flat[mine]?.id}
                  role="option"
                  tabIndex={-1}
                  aria-selected={mine === at}
                  className="option-label"
                  onMouseMove={() => setActive(mine)}
                  onClick={() => onChoose(choice)}
                >
                  <span>{choice.label}</span>
                  {choice.note !== undefined && <small>{choice.note}</small>}
                </button>
              )
            })}
          </div>
        ))}
        {flat.length === 0 && <p className="faint">{text('add.nothing')}</p>}
      </div>
    </div>
  )
}
