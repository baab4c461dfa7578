import { parsePattern, PatternProblem, type PatternNode } from './parse-pattern.ts'

/** Whether a text as a whole has the shape of a pattern. */
export type PatternTest = (text: string) => boolean

/** Larger automata are refused: `(a{100}){100}` is ten thousand states for eleven characters. */
const statesMax = 2_000

type Matcher = (code: number) => boolean
type State = { kind: 'take'; matches: Matcher; next: number } | { kind: 'fork'; nexts: number[] } | { kind: 'end' }

/**
 * A pattern as a test of whole texts. Patterns are written by users of a workspace and run on whatever anybody sends, so they never reach
 * `RegExp`, which backtracks: they become a non-deterministic automaton (Thompson 1968) whose states are followed all at once. Time is
 * at most length × states, whatever the pattern. Throws `PatternProblem`.
 */
export function compilePattern(pattern: string): PatternTest {
  const states: State[] = [{ kind: 'end' }]
  const start = addNode(states, parsePattern(pattern), 0)
  return (text) => run(states, start, text)
}

function add(states: State[], state: State): number {
  if (states.length >= statesMax) throw new PatternProblem({ zh: '规则过于复杂，请减少重复次数', en: 'The pattern is too complex; repeat less' })
  return states.push(state) - 1
}

/** Puts the states of a node in front of `next`; answers where it begins. */
function addNode(states: State[], node: PatternNode, next: number): number {
  switch (node.kind) {
    case 'character':
      return add(states, { kind: 'take', matches: node.matches, next })
    case 'sequence':
      return node.parts.reduceRight((after, part) => addNode(states, part, after), next)
    case 'choice':
      return add(states, { kind: 'fork', nexts: node.parts.map((part) => addNode(states, part, next)) })
    case 'repeat':
      return addRepeat(states, node, next)
  }
}

function addRepeat(states: State[], { part, min, max }: PatternNode & { kind: 'repeat' }, next: number): number {
  let start = next
  if (max === null) {
    const fork: State = { kind: 'fork', nexts: [next] }
    start = add(states, fork)
    fork.nexts.push(addNode(states, part, start))
  } else {
    for (let count = min; count < max; count++) start = add(states, { kind: 'fork', nexts: [next, addNode(states, part, start)] })
  }
  for (let count = 0; count < min; count++) start = addNode(states, part, start)
  return start
}

function run(states: readonly State[], start: number, text: string): boolean {
  let current = new Set<number>()
  enter(states, start, current)
  for (const character of text) {
    const code = character.codePointAt(0)!
    const following = new Set<number>()
    for (const at of current) {
      const state = states[at]!
      if (state.kind === 'take' && state.matches(code)) enter(states, state.next, following)
    }
    if (following.size === 0) return false
    current = following
  }
  return current.has(0)
}

/** Adds a state and all that are reached from it without taking a character. */
function enter(states: readonly State[], start: number, into: Set<number>): void {
  const waiting = [start]
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (into.has(at)) continue
    into.add(at)
    const state = states[at]!
    if (state.kind === 'fork') waiting.push(...state.nexts)
  }
}
