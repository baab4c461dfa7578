import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rule } from '../../../../../contracts/rule.ts'
import { applyEdit, asRoot, nodeAt, peel, siblingsOf, slotOf, type Edit } from './rule-editing.ts'
import { beginHistory, ruleHistory, type RuleHistory } from './rule-history.ts'

const city = (value: string): Rule => ({ kind: 'attribute', attribute: 'city', test: { type: 'text', operator: 'is', values: [value] } })
const not = (rule: Rule): Rule => ({ kind: 'not', rule })
const all = (...rules: Rule[]): Rule => ({ kind: 'all', rules })
const any = (...rules: Rule[]): Rule => ({ kind: 'any', rules })
const [a, b, c] = [city('a'), city('b'), city('c')] as [Rule, Rule, Rule]
const after = (rule: Rule, edit: Edit) => applyEdit(rule, edit)

describe('paths', () => {
  it('lead through groups and nots as the server writes them', () => {
    const rule = all(a, not(any(b, not(c))))
    expect(nodeAt(rule, '')).toBe(rule)
    expect(nodeAt(rule, 'rules.1.rule.rules.0')).toBe(b)
    expect(nodeAt(rule, 'rules.1.rule.rules.1.rule')).toBe(c)
    expect(nodeAt(rule, 'rules.7')).toBeUndefined()
    expect(nodeAt(rule, 'rules.0.rule')).toBeUndefined()
  })

  it('of a node inside its nots belong to one place in the group around it', () => {
    expect(slotOf('rules.1.rule.rules.12.rule.rule')).toEqual({ group: 'rules.1.rule', index: 12 })
    expect(slotOf('rule.rules.3')).toEqual({ group: 'rule', index: 3 })
    expect(slotOf('rules.0')).toEqual({ group: '', index: 0 })
    expect(slotOf('rule')).toBeUndefined()
    expect(siblingsOf(all(a, b), 'rules.1')).toEqual({ rules: [a, b], index: 1 })
  })

  it('peel nots off, an even number of them cancelling out', () => {
    expect(peel(not(not(not(a))), 'rules.0')).toEqual({ rule: a, path: 'rules.0.rule.rule.rule', negated: true })
    expect(peel(not(not(a))).negated).toBe(false)
  })
})

describe('edits', () => {
  it('insert into a group, also one inside a not', () => {
    expect(after(all(a), { kind: 'insert', group: '', index: 0, node: b })).toEqual({ rule: all(b, a), path: 'rules.0' })
    expect(after(not(any(a)), { kind: 'insert', group: 'rule', index: 1, node: b })).toEqual({ rule: not(any(a, b)), path: 'rule.rules.1' })
  })

  it('replace one node and share the rest', () => {
    const rule = all(a, any(b))
    const { rule: changed } = after(rule, { kind: 'replace', path: 'rules.1.rules.0', node: c })
    expect(changed).toEqual(all(a, any(c)))
    expect(nodeAt(changed, 'rules.0')).toBe(a)
  })

  it('remove and duplicate a condition together with its not', () => {
    expect(after(all(not(a), b), { kind: 'remove', path: 'rules.0' }).rule).toEqual(all(b))
    expect(after(all(not(a), b), { kind: 'duplicate', path: 'rules.0' }).rule).toEqual(all(not(a), not(a), b))
  })

  it('turn a node round and back again, leaving no pile of nots', () => {
    expect(after(all(a), { kind: 'negate', path: 'rules.0' }).rule).toEqual(all(not(a)))
    expect(after(all(not(not(a))), { kind: 'negate', path: 'rules.0' }).rule).toEqual(all(not(a)))
    expect(after(all(not(a)), { kind: 'negate', path: 'rules.0' }).rule).toEqual(all(a))
    expect(after(all(a), { kind: 'negate', path: '' }).rule).toEqual(not(all(a)))
  })

  it('shift within a group and stop at its ends', () => {
    expect(after(all(a, b, c), { kind: 'shift', path: 'rules.0', by: 1 })).toEqual({ rule: all(b, a, c), path: 'rules.1' })
    expect(after(all(a, b, c), { kind: 'shift', path: 'rules.2', by: -1 })).toEqual({ rule: all(a, c, b), path: 'rules.1' })
    const rule = all(a, b)
    expect(after(rule, { kind: 'shift', path: 'rules.1', by: 1 }).rule).toBe(rule)
    expect(after(rule, { kind: 'shift', path: '', by: 1 }).rule).toBe(rule)
  })

  it('move out of a group behind it, and into the group beside', () => {
    expect(after(all(not(any(a, b)), c), { kind: 'moveOut', path: 'rules.0.rule.rules.0' })).toEqual({ rule: all(not(any(b)), a, c), path: 'rules.1' })
    expect(after(all(a, not(any(b)), c), { kind: 'moveInto', path: 'rules.0', by: 1 })).toEqual({ rule: all(not(any(a, b)), c), path: 'rules.0.rule.rules.0' })
    expect(after(all(any(a, b), c), { kind: 'moveInto', path: 'rules.1', by: -1 })).toEqual({ rule: all(any(a, b, c)), path: 'rules.0.rules.2' })
    const flat = all(a, b)
    expect(after(flat, { kind: 'moveInto', path: 'rules.0', by: 1 }).rule).toBe(flat)
    expect(after(flat, { kind: 'moveOut', path: 'rules.0' }).rule).toBe(flat)
  })

  it('move to any place, into and out of groups, and never into themselves', () => {
    const rule = all(a, any(b, not(c)), city('d'))
    expect(after(rule, { kind: 'move', path: 'rules.0', group: '', index: 3 })).toEqual({ rule: all(any(b, not(c)), city('d'), a), path: 'rules.2' })
    expect(after(rule, { kind: 'move', path: 'rules.2', group: '', index: 0 })).toEqual({ rule: all(city('d'), a, any(b, not(c))), path: 'rules.0' })
    expect(after(rule, { kind: 'move', path: 'rules.0', group: 'rules.1', index: 1 })).toEqual({
      rule: all(any(b, a, not(c)), city('d')),
      path: 'rules.0.rules.1',
    })
    expect(after(rule, { kind: 'move', path: 'rules.1.rules.1', group: '', index: 1 })).toEqual({ rule: all(a, not(c), any(b), city('d')), path: 'rules.1' })
    expect(after(rule, { kind: 'move', path: 'rules.1', group: 'rules.1', index: 0 }).rule).toBe(rule)
    expect(after(rule, { kind: 'move', path: 'rules.0', group: '', index: 1 }).rule).toBe(rule)
  })

  it('wrap a node in a group and dissolve the group again', () => {
    const wrapped = after(all(a, b), { kind: 'wrap', path: 'rules.1', as: 'any' }).rule
    expect(wrapped).toEqual(all(a, any(b)))
    expect(after(wrapped, { kind: 'unwrap', path: 'rules.1' }).rule).toEqual(all(a, b))
  })

  it('show any rule under a group', () => {
    expect(asRoot(a)).toEqual(all(a))
    expect(asRoot(not(a))).toEqual(all(not(a)))
    expect(asRoot(not(any(a)))).toEqual(not(any(a)))
  })
})

const rules = fc.letrec<{ rule: Rule; group: Rule }>((tie) => ({
  rule: fc.oneof({ maxDepth: 4, depthSize: 'small' }, fc.constantFrom(a, b, c), tie('rule').map(not), tie('group')),
  group: fc.record({ kind: fc.constantFrom('all' as const, 'any' as const), rules: fc.array(tie('rule'), { maxLength: 4 }) }),
}))

const pathsOf = (rule: Rule, path = ''): string[] => {
  const { rule: inner, path: at } = peel(rule, path)
  const below =
    inner.kind === 'all' || inner.kind === 'any'
      ? inner.rules.flatMap((child, index) => pathsOf(child, at === '' ? `rules.${index}` : `${at}.rules.${index}`))
      : []
  return [path, ...below]
}
const leavesOf = (rule: Rule): string[] => {
  const { rule: inner } = peel(rule)
  if (inner.kind === 'all' || inner.kind === 'any') return inner.rules.flatMap(leavesOf)
  return [JSON.stringify(inner)]
}
const edits = (rule: Rule): fc.Arbitrary<Edit> => {
  const path = fc.constantFrom(...pathsOf(rule))
  const by = fc.constantFrom(-1 as const, 1 as const)
  return fc.oneof(
    fc.record({ kind: fc.constantFrom('remove' as const, 'duplicate' as const, 'negate' as const, 'unwrap' as const, 'moveOut' as const), path }),
    fc.record({ kind: fc.constantFrom('shift' as const, 'moveInto' as const), path, by }),
    fc.record({ kind: fc.constant('wrap' as const), path, as: fc.constantFrom('all' as const, 'any' as const) }),
    fc.record({ kind: fc.constant('move' as const), path, group: path.map((each) => peel(nodeAt(rule, each)!, each).path), index: fc.nat(4) }),
  )
}

describe('whatever is done', () => {
  it('the rule stays a rule, and moving neither loses nor doubles a condition', () => {
    fc.assert(
      fc.property(
        rules.group.chain((rule) => edits(rule).map((edit) => ({ rule, edit }))),
        ({ rule, edit }) => {
          const { rule: changed, path } = applyEdit(rule, edit)
          expect(Rule.safeParse(changed).success).toBe(true)
          if (edit.kind === 'remove' || edit.kind === 'duplicate') return
          expect(leavesOf(changed).toSorted()).toEqual(leavesOf(rule).toSorted())
          const moves = edit.kind === 'shift' || edit.kind === 'moveInto' || edit.kind === 'moveOut' || edit.kind === 'move'
          expect(moves ? nodeAt(changed, path) : undefined).toEqual(moves ? nodeAt(rule, edit.path) : undefined)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('undo leads back to the beginning, and redo to the end', () => {
    fc.assert(
      fc.property(rules.group, fc.array(fc.nat(), { maxLength: 12 }), (rule, choices) => {
        let state: RuleHistory = beginHistory(rule)
        for (const choice of choices) {
          const path = pathsOf(state.rule)[choice % pathsOf(state.rule).length] ?? ''
          state = ruleHistory(state, { kind: 'edit', edit: { kind: 'negate', path }, atMs: 0 })
        }
        const end = state
        for (const _ of choices) state = ruleHistory(state, { kind: 'undo' })
        expect(state.rule).toEqual(rule)
        for (const _ of choices) state = ruleHistory(state, { kind: 'redo' })
        expect(state.rule).toEqual(end.rule)
      }),
    )
  })
})

describe('history', () => {
  const typed = (value: string, atMs: number) => ({ kind: 'edit', edit: { kind: 'replace', path: 'rules.0', node: city(value) }, atMs }) as const

  it('takes quick changes of one node as one step', () => {
    let state = beginHistory(all(a))
    for (const [index, value] of ['x', 'xy', 'xyz'].entries()) state = ruleHistory(state, typed(value, index * 300))
    expect(state.past).toHaveLength(1)
    expect(ruleHistory(state, { kind: 'undo' }).rule).toEqual(all(a))
    expect(ruleHistory(state, typed('later', 9000)).past).toHaveLength(2)
  })

  it('forgets what was undone once something else is done, and nothing that changes nothing', () => {
    let state = ruleHistory(beginHistory(all(a, b)), { kind: 'edit', edit: { kind: 'remove', path: 'rules.0' }, atMs: 0 })
    state = ruleHistory(state, { kind: 'undo' })
    expect(state.future).toHaveLength(1)
    const unchanged = ruleHistory(state, { kind: 'edit', edit: { kind: 'shift', path: 'rules.0', by: -1 }, atMs: 1 })
    expect(unchanged).toBe(state)
    expect(ruleHistory(state, { kind: 'edit', edit: { kind: 'negate', path: 'rules.0' }, atMs: 2 }).future).toEqual([])
    expect(ruleHistory(beginHistory(a), { kind: 'undo' })).toEqual(beginHistory(a))
  })
})
