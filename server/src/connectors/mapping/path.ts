/** Where a path starts: the element in hand, or a part of the request by name. */
export const pathRoots = ['message', 'body', 'headers', 'query', 'path'] as const
type Root = 'element' | (typeof pathRoots)[number]
type Step = string | number | typeof everyElement

/** What paths are read from. */
export interface Scope {
  element: unknown
  message: unknown
  body: unknown
  headers: unknown
  query: unknown
  path: unknown
}

export interface ParsedPath {
  root: Root
  steps: readonly Step[]
  /** Whether it names a list of values instead of one. */
  isList: boolean
}

const everyElement = Symbol('*')
const parsed = new Map<string, ParsedPath | null>()
const parsedMax = 5_000
const stepsMax = 20
const valuesMax = 10_000

/**
 * Reads a path as the contract describes it; null when it is none. Known ones come from memory, since the same few are used for every message.
 */
export function parsePath(text: string): ParsedPath | null {
  let known = parsed.get(text)
  if (known === undefined) {
    if (parsed.size >= parsedMax) parsed.clear()
    parsed.set(text, (known = parse(text.trim())))
  }
  return known
}

function parse(text: string): ParsedPath | null {
  const start = /^(?:\$|@([a-z]+))(?=$|[.[])/.exec(text)
  const named = start?.[1]
  const root = pathRoots.find((name) => name === named) ?? 'element'
  if (named !== undefined && root === 'element') return null
  const steps = start ? parseSteps(text.slice(start[0].length)) : text.startsWith('[') ? parseSteps(text) : parseSteps(`.${text}`)
  if (steps === null || steps.length > stepsMax || (!start && steps.length === 0)) return null
  return { root, steps, isList: steps.includes(everyElement) }
}

const step = /\.(\*|[^.[\]{}"\s][^.[\]{}"]*)|\[(?:(\d{1,6})|(\*)|"((?:[^"\\]|\\.)+)")\]/y

function parseSteps(text: string): Step[] | null {
  const steps: Step[] = []
  step.lastIndex = 0
  while (step.lastIndex < text.length) {
    const match = step.exec(text)
    if (!match) return null
    const [, name, index, star, quoted] = match
    if (name === '*' || star !== undefined) steps.push(everyElement)
    else if (index !== undefined) steps.push(Number(index))
    else steps.push((name ?? quoted?.replaceAll(/\\(.)/g, '$1') ?? '').trim())
  }
  return steps
}

/** The value a path names, undefined when there is none; a list, possibly empty, for a path with `[*]`. */
export function readPath(path: ParsedPath, scope: Scope): unknown {
  let values = [scope[path.root]]
  for (const next of path.steps) {
    const found: unknown[] = []
    for (const value of values) takeStep(value, next, found)
    values = found.length > valuesMax ? found.slice(0, valuesMax) : found
  }
  return path.isList ? values : values[0]
}

function takeStep(value: unknown, next: Step, found: unknown[]): void {
  if (typeof value !== 'object' || value === null) return
  if (next === everyElement) {
    for (const inner of Array.isArray(value) ? value : Object.values(value)) found.push(inner)
    return
  }
  const key = Array.isArray(value) ? Number(next) : next
  if (Object.hasOwn(value, key)) found.push((value as Record<string | number, unknown>)[key])
}

/** Puts `change` of what stands there in place of the value a path names. Answers whether there was one. The path must not name a list. */
export function replaceAt(holder: { value: unknown }, path: ParsedPath, change: (value: unknown) => unknown): void {
  const last = path.steps.at(-1)
  if (last === undefined) {
    holder.value = change(holder.value)
    return
  }
  const parents: unknown[] = []
  collectParents(holder.value, path.steps.slice(0, -1), parents)
  for (const parent of parents) {
    const keys = last === everyElement ? Object.keys(parent as object) : [String(last)]
    for (const key of keys)
      if (Object.hasOwn(parent as object, key)) (parent as Record<string, unknown>)[key] = change((parent as Record<string, unknown>)[key])
  }
}

function collectParents(value: unknown, steps: readonly Step[], parents: unknown[]): void {
  let values = [value]
  for (const next of steps) {
    const found: unknown[] = []
    for (const each of values) takeStep(each, next, found)
    values = found
  }
  for (const each of values) if (typeof each === 'object' && each !== null) parents.push(each)
}
