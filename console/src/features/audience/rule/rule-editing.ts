import type { AllRule, AnyRule, Rule } from '../../../../../contracts/rule.ts'

/** Where a node stands, as the server writes it: `rules.0.rule.rules.1`; the root is ''. */
export type Path = string
export type Group = AllRule | AnyRule

/**
 * Everything that can be done to a rule. `path` names the outermost node of a condition, its `not` included; `group` names the group itself, inside its
 * `not`. What does not fit the rule leaves it as it is.
 */
export type Edit =
  | { kind: 'set'; rule: Rule }
  | { kind: 'insert'; group: Path; index: number; node: Rule }
  | { kind: 'replace'; path: Path; node: Rule }
  | { kind: 'remove' | 'duplicate' | 'negate' | 'unwrap' | 'moveOut'; path: Path }
  | { kind: 'shift' | 'moveInto'; path: Path; by: -1 | 1 }
  | { kind: 'wrap'; path: Path; as: Group['kind'] }
  | { kind: 'move'; path: Path; group: Path; index: number }

export const isGroup = (rule: Rule): rule is Group => rule.kind === 'all' || rule.kind === 'any'

export const joinPath = (path: Path, step: string): Path => (path === '' ? step : `${path}.${step}`)
export const childPath = (group: Path, index: number): Path => joinPath(group, `rules.${index}`)

/** A node without the `not`s around it, and whether they turn it round. */
export function peel(rule: Rule, path: Path = ''): { rule: Exclude<Rule, { kind: 'not' }>; path: Path; negated: boolean } {
  let [inner, at, negated] = [rule, path, false]
  while (inner.kind === 'not') [inner, at, negated] = [inner.rule, joinPath(at, 'rule'), !negated]
  return { rule: inner, path: at, negated }
}

/** The rule as the builder shows it: its root is a group, perhaps turned round. */
export const asRoot = (rule: Rule): Rule => (isGroup(peel(rule).rule) ? rule : { kind: 'all', rules: [rule] })

/** The node at a path. */
export function nodeAt(rule: Rule, path: Path): Rule | undefined {
  let node: Rule | undefined = rule
  for (const step of stepsOf(path)) {
    if (node === undefined) return undefined
    if (step === 'rule') node = node.kind === 'not' ? node.rule : undefined
    else node = isGroup(node) ? node.rules[step] : undefined
  }
  return node
}

/** The group that holds a node, and its place there; undefined for the root. */
export function slotOf(path: Path): { group: Path; index: number } | undefined {
  const match = /^(?:(.*)\.)?rules\.(\d+)(?:\.rule)*$/.exec(path)
  return match ? { group: match[1] ?? '', index: Number(match[2]) } : undefined
}

/** Neighbours of a node in its group. */
export function siblingsOf(rule: Rule, path: Path): { rules: Rule[]; index: number } {
  const slot = slotOf(path)
  const group = slot && nodeAt(rule, slot.group)
  return group && isGroup(group) ? { rules: group.rules, index: slot.index } : { rules: [], index: 0 }
}

/** The rule after an edit, and where the node that was edited stands then. */
export function applyEdit(rule: Rule, edit: Edit): { rule: Rule; path: Path } {
  switch (edit.kind) {
    case 'set':
      return { rule: edit.rule, path: '' }
    case 'insert':
      return { rule: changeGroup(rule, edit.group, (rules) => rules.toSpliced(edit.index, 0, edit.node)), path: childPath(edit.group, edit.index) }
    case 'replace':
      return { rule: changeNode(rule, edit.path, () => edit.node), path: edit.path }
    case 'wrap':
      return { rule: changeNode(rule, edit.path, (node) => ({ kind: edit.as, rules: [node] })), path: edit.path }
    case 'negate':
      return { rule: changeNode(rule, edit.path, negate), path: edit.path }
    case 'remove':
      return { rule: changeSlot(rule, edit.path, () => []), path: edit.path }
    case 'duplicate':
      return { rule: changeSlot(rule, edit.path, (node) => [node, structuredClone(node)]), path: edit.path }
    case 'unwrap':
      return { rule: changeSlot(rule, edit.path, (node) => (isGroup(node) ? node.rules : [node])), path: edit.path }
    case 'shift':
      return shift(rule, edit.path, edit.by)
    case 'move':
      return move(rule, edit)
    case 'moveOut':
      return moveOut(rule, edit.path)
    case 'moveInto':
      return moveInto(rule, edit.path, edit.by)
  }
}

function negate(node: Rule): Rule {
  const { rule, negated } = peel(node)
  return negated ? rule : { kind: 'not', rule }
}

function shift(rule: Rule, path: Path, by: -1 | 1): { rule: Rule; path: Path } {
  const slot = slotOf(path)
  const { rules } = siblingsOf(rule, path)
  const node = slot && rules[slot.index]
  if (!slot || !node || rules[slot.index + by] === undefined) return { rule, path }
  const moved = changeGroup(rule, slot.group, (all) => all.toSpliced(slot.index, 1).toSpliced(slot.index + by, 0, node))
  return { rule: moved, path: childPath(slot.group, slot.index + by) }
}

/** To any place; `index` counts in the group as it stands, the node still in it. A group does not go into itself. */
function move(rule: Rule, { path, group, index: wanted }: { path: Path; group: Path; index: number }): { rule: Rule; path: Path } {
  const slot = slotOf(path)
  const node = nodeAt(rule, path)
  const target = nodeAt(rule, group)
  if (!slot || !node || !target || !isGroup(target) || group === path || group.startsWith(`${path}.`)) return { rule, path }
  const index = Math.min(wanted, target.rules.length)
  if (group === slot.group && (index === slot.index || index === slot.index + 1)) return { rule, path }
  // A mark keeps the place while the node is put into the other one, so that no path shifts under our hands.
  const mark: Rule = { kind: 'any', rules: [] }
  const marked = changeSlot(rule, path, () => [mark])
  const inserted = changeGroup(marked, group, (rules) => rules.toSpliced(index, 0, node))
  return { rule: withoutMark(inserted, mark), path: afterRemoval(childPath(group, index), slot) }
}

function withoutMark(rule: Rule, mark: Rule): Rule {
  if (rule.kind === 'not') return { ...rule, rule: withoutMark(rule.rule, mark) }
  if (!isGroup(rule)) return rule
  return { ...rule, rules: rule.rules.filter((child) => child !== mark).map((child) => withoutMark(child, mark)) }
}

/** A path once the node before it in one of its groups is gone. */
function afterRemoval(path: Path, { group, index }: { group: Path; index: number }): Path {
  const start = group === '' ? 'rules.' : `${group}.rules.`
  if (!path.startsWith(start)) return path
  const [place = '', ...rest] = path.slice(start.length).split('.')
  return Number(place) > index ? [`${start}${Number(place) - 1}`, ...rest].join('.') : path
}

/** Behind the group it stood in. */
function moveOut(rule: Rule, path: Path): { rule: Rule; path: Path } {
  const inner = slotOf(path)
  const outer = inner && slotOf(inner.group)
  const node = nodeAt(rule, path)
  if (!outer || !node) return { rule, path }
  const without = changeSlot(rule, path, () => [])
  return applyEdit(without, { kind: 'insert', group: outer.group, index: outer.index + 1, node })
}

/** To the near end of the group beside it. */
function moveInto(rule: Rule, path: Path, by: -1 | 1): { rule: Rule; path: Path } {
  const slot = slotOf(path)
  const { rules } = siblingsOf(rule, path)
  const [node, beside] = [slot && rules[slot.index], slot && rules[slot.index + by]]
  if (!slot || !node || !beside) return { rule, path }
  const without = changeSlot(rule, path, () => [])
  const target = peel(beside, childPath(slot.group, by === 1 ? slot.index : slot.index - 1))
  if (!isGroup(target.rule)) return { rule, path }
  return applyEdit(without, { kind: 'insert', group: target.path, index: by === 1 ? 0 : target.rule.rules.length, node })
}

function changeSlot(rule: Rule, path: Path, change: (node: Rule) => Rule[]): Rule {
  const slot = slotOf(path)
  if (!slot) return rule
  return changeGroup(rule, slot.group, (rules) => rules.flatMap((node, index) => (index === slot.index ? change(node) : [node])))
}

function changeGroup(rule: Rule, group: Path, change: (rules: Rule[]) => Rule[]): Rule {
  return changeNode(rule, group, (node) => (isGroup(node) ? { ...node, rules: change(node.rules) } : node))
}

function changeNode(rule: Rule, path: Path, change: (node: Rule) => Rule): Rule {
  return changeAlong(rule, stepsOf(path), change)
}

function changeAlong(node: Rule, [step, ...rest]: (number | 'rule')[], change: (node: Rule) => Rule): Rule {
  if (step === undefined) return change(node)
  if (step === 'rule') return node.kind === 'not' ? { ...node, rule: changeAlong(node.rule, rest, change) } : node
  if (!isGroup(node)) return node
  return { ...node, rules: node.rules.map((child, index) => (index === step ? changeAlong(child, rest, change) : child)) }
}

const stepsOf = (path: Path): (number | 'rule')[] =>
  [...path.matchAll(/(?:^|\.)(?:rules\.(\d+)|rule)(?=\.|$)/g)].map((match) => (match[1] === undefined ? 'rule' : Number(match[1])))
