import { createHash } from 'node:crypto'
import { anyEvent, ignoredAfterDays, type EventWindow } from '../../../../contracts/rule.ts'
import { assertNever } from '../../platform/errors.ts'
import { answerEvents, messageEvents } from '../rule/messages.ts'
import type { ResolvedRule, RuleMoment } from '../rule/resolved-rule.ts'

/** Of a rule with all that it refers to, segments, layers' runs, and where its days begin: when it is another, a stored set is of another rule. */
export function fingerprintOf(rule: ResolvedRule, { timezone }: Pick<RuleMoment, 'timezone'>): string {
  return createHash('sha256')
    .update(`${timezone} ${JSON.stringify(rule, sortedKeys)}`)
    .digest('hex')
    .slice(0, 32)
}

/** PostgreSQL gives keys of JSON back in an order of its own. */
function sortedKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)))
}

/** An instant at which something passes from one side of a window to the other: so long after an event, or after a tag was set or runs out. */
export interface Edge {
  /** `*` for any event. */
  of: { event: string } | { tagId: string; column: 'set_at' | 'expires_at' }
  agoMs: number
}

/** What can change who is in a rule, besides its day passing. */
export interface Sensitivity {
  /** Subjects of `person_changes`; null for all. */
  subjects: Set<string> | null
  edges: Map<string, Edge>
}

/** By which a person has been contacted by a campaign. */
const contactEvents = ['Message Accepted', 'Control Assigned']
const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

export function emptySensitivity(): Sensitivity {
  return { subjects: new Set(['person', 'alias']), edges: new Map() }
}

/**
 * Adds what a rule is sensitive to. Everything that depends on the day of the workspace's zone (dates, anniversaries, calendar windows) changes at
 * midnight alone, when everybody is read anew, and needs nothing here.
 */
export function addSensitivity(into: Sensitivity, rule: ResolvedRule): void {
  switch (rule.kind) {
    case 'all':
    case 'any':
      for (const child of rule.rules) addSensitivity(into, child)
      return
    case 'not':
    case 'segment':
      return addSensitivity(into, rule.rule)
    case 'attribute':
    case 'hasAddress':
    case 'layer':
    case 'members':
      return
    case 'event':
    case 'eventValue':
      return addWindow(into, rule.event, rule.window)
    case 'sequence':
      for (const step of rule.steps) for (const { event } of [step, ...step.without]) addWindow(into, event, rule.window)
      return
    case 'message':
      for (const event of [messageEvents[rule.behaviour], ...answerEvents]) addWindow(into, event, rule.window)
      if (rule.behaviour === 'ignored') addEdge(into, { of: { event: messageEvents.ignored }, agoMs: (rule.afterDays ?? ignoredAfterDays) * unitMs.day })
      return
    case 'tag':
      into.subjects?.add('tag')
      addEdge(into, { of: { tagId: rule.tagId, column: 'expires_at' }, agoMs: 0 })
      if ('amount' in rule.window) addEdge(into, { of: { tagId: rule.tagId, column: 'set_at' }, agoMs: rule.window.amount * unitMs[rule.window.unit] })
      if (rule.window.kind === 'sinceCampaign') for (const event of contactEvents) addWindow(into, event, rule.window)
      addEdge(into, { of: { tagId: rule.tagId, column: 'set_at' }, agoMs: 0 })
      return
    case 'consent':
      into.subjects?.add('consent')
      return
    default:
      assertNever(rule)
  }
}

/** What an event's name and window make a condition sensitive to. Future events count from when they happen. */
function addWindow(into: Sensitivity, event: string, window: EventWindow): void {
  addSubject(into, event)
  const edge = (agoMs: number, of = event) => addEdge(into, { of: { event: of }, agoMs })
  switch (window.kind) {
    case 'ever':
    case 'between':
      return
    case 'last':
    case 'before':
      edge(window.amount * unitMs[window.unit])
      return edge(0)
    case 'calendar':
      return edge(0)
    case 'sinceCampaign':
      for (const contact of contactEvents) {
        addSubject(into, contact)
        edge(0, contact)
      }
      return edge(0)
    default:
      return assertNever(window)
  }
}

function addSubject(into: Sensitivity, event: string): void {
  if (event === anyEvent) into.subjects = null
  else into.subjects?.add(`event ${event}`)
}

function addEdge(into: Sensitivity, edge: Edge): void {
  into.edges.set(JSON.stringify(edge), edge)
}
