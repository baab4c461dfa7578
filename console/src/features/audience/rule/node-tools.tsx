import { ArrowDownOutlined, ArrowUpOutlined, CloseOutlined, HolderOutlined, MoreOutlined } from '@ant-design/icons'
import { App, Button, Dropdown, Tooltip, type MenuProps } from 'antd'
import { useText } from '../../../ui/text.ts'
import { writeClipboard } from '../../../ui/write-clipboard.ts'
import { useRuleEditing } from './rule-context.ts'
import { isGroup, nodeAt, peel, siblingsOf, slotOf, type Edit, type Path } from './rule-editing.ts'
import { writeRuleText } from './rule-text.ts'

/** What can be done to a node as a whole: turn it round, move, wrap, take away. */
export function NodeTools({ path, negated, dissolves = false }: { path: Path; negated: boolean; /** A group that can be dissolved. */ dissolves?: boolean }) {
  const text = useText('audience')
  const { rule, edit, drag } = useRuleEditing()
  const { rules, index } = siblingsOf(rule, path)
  const tool = (name: 'up' | 'down' | 'remove', icon: React.ReactNode, one: Edit, disabled = false) => (
    <Tooltip title={text(`node.${name}`)} mouseEnterDelay={0.5}>
      <Button type="text" size="small" className={`rule-${name}`} icon={icon} aria-label={text(`node.${name}`)} disabled={disabled} onClick={() => edit(one)} />
    </Tooltip>
  )
  const items = useMoreItems(path, dissolves)
  return (
    <div className="rule-tools">
      {path !== '' && (
        <span
          className="rule-grip"
          title={text('node.drag')}
          aria-hidden="true"
          draggable
          onDragStart={(event) => drag.start(path, event)}
          onDragEnd={drag.end}
        >
          <HolderOutlined />
        </span>
      )}
      <Tooltip title={text('node.negate')} mouseEnterDelay={0.5}>
        <Button type="text" size="small" aria-pressed={negated} onClick={() => edit({ kind: 'negate', path })}>
          {text('node.turn')}
        </Button>
      </Tooltip>
      {path !== '' && (
        <>
          {tool('up', <ArrowUpOutlined />, { kind: 'shift', path, by: -1 }, index === 0)}
          {tool('down', <ArrowDownOutlined />, { kind: 'shift', path, by: 1 }, index === rules.length - 1)}
          <Dropdown trigger={['click']} menu={{ items }}>
            <Button type="text" size="small" icon={<MoreOutlined />} aria-label={text('node.more')} />
          </Dropdown>
          {tool('remove', <CloseOutlined />, { kind: 'remove', path })}
        </>
      )}
    </div>
  )
}

function useMoreItems(path: Path, dissolves: boolean): MenuProps['items'] {
  const text = useText('audience')
  const { rule, edit } = useRuleEditing()
  const { message } = App.useApp()
  const { rules, index } = siblingsOf(rule, path)
  const copy = (): void => {
    const node = nodeAt(rule, path)
    if (node) void writeClipboard(writeRuleText(node)).then(() => message.success(text('node.copied')))
  }
  const isGroupAt = (at: number): boolean => rules[at] !== undefined && isGroup(peel(rules[at]).rule)
  const item = (key: 'duplicate' | 'wrap' | 'unwrap' | 'moveOut' | 'intoPrevious' | 'intoNext', one: Edit) => ({
    key,
    label: text(`node.${key}`),
    onClick: () => edit(one),
  })
  return [
    item('duplicate', { kind: 'duplicate', path }),
    { key: 'copy', label: text('node.copy'), onClick: copy },
    item('wrap', { kind: 'wrap', path, as: 'any' }),
    ...(dissolves ? [item('unwrap', { kind: 'unwrap', path })] : []),
    ...(slotOf(slotOf(path)?.group ?? '') ? [item('moveOut', { kind: 'moveOut', path })] : []),
    ...(isGroupAt(index - 1) ? [item('intoPrevious', { kind: 'moveInto', path, by: -1 })] : []),
    ...(isGroupAt(index + 1) ? [item('intoNext', { kind: 'moveInto', path, by: 1 })] : []),
  ]
}
