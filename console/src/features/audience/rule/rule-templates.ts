import { orderEvent } from '../../../../../contracts/collect.ts'
import { attributeSynonyms, eventSynonyms } from '../../../../../contracts/rule-names.ts'
import { anyEvent, registeredAttribute, type Rule } from '../../../../../contracts/rule.ts'
import { didTimes, ever, lastDays, never, once } from './new-nodes.ts'

export const industries = ['general', 'retail', 'education', 'local', 'saas', 'finance'] as const
export type Industry = (typeof industries)[number]

/** What a template is made of: an event or an attribute, by the names it goes by. The first that was seen is taken. */
interface Need {
  kind: 'event' | 'attribute'
  names: readonly string[]
}

interface Draft {
  industry: Industry
  needs: Readonly<Record<string, Need>>
  rule: (name: (need: string) => string) => Rule
}

const event = (...names: string[]): Need => ({ kind: 'event', names })
const attribute = (...names: string[]): Need => ({ kind: 'attribute', names })
const order = event(orderEvent)
const all = (...rules: Rule[]): Rule => ({ kind: 'all', rules })
const atLeast = (count: number) => ({ operator: 'atLeast' as const, values: [count] })
const spent = (name: string, yuan: number, days: number): Rule => ({ ...didTimes(name, atLeast(yuan), lastDays(days)), measure: { kind: 'sum', of: 'amount' } })

/** Dates that come soon, or came lately. */
const dateIn = (key: string, operator: 'withinNext' | 'withinLast', count: number): Rule => ({
  kind: 'attribute',
  attribute: key,
  test: { type: 'date', operator, values: [count] },
})

/** First one thing, then another within so many days. */
function then(first: string, second: string, within: number): Rule {
  const step = (name: string) => ({ event: name, filters: [], without: [] })
  return { kind: 'sequence', steps: [step(first), { ...step(second), within: { amount: within, unit: 'day' } }], window: lastDays(90) }
}

const cart = event(...eventSynonyms.cart)
const view = event(...eventSynonyms.view)
const refund = event(...eventSynonyms.refund)
const trial = event(...eventSynonyms.trial)
const lesson = event(...eventSynonyms.lesson)
const enrolled = event(...eventSynonyms.enrolled)
const visit = event(...eventSynonyms.visit)
const booking = event(...eventSynonyms.booking)
const signup = event(...eventSynonyms.signup)
const feature = event(...eventSynonyms.feature)
const login = event(...eventSynonyms.login)
const subscribed = event(...eventSynonyms.subscribed)
const apply = event(...eventSynonyms.apply)
const approved = event(...eventSynonyms.approved)
const invest = event(...eventSynonyms.invest)

const drafts = {
  activeWithoutOrder: {
    industry: 'general',
    needs: { order },
    rule: (name) => all(didTimes(anyEvent, once, lastDays(30)), didTimes(name('order'), never, lastDays(30))),
  },
  repeatBuyers: { industry: 'general', needs: { order }, rule: (name) => all(didTimes(name('order'), atLeast(2), lastDays(365))) },
  onlyOnce: {
    industry: 'general',
    needs: { order },
    rule: (name) => all(didTimes(name('order'), once, lastDays(90)), didTimes(name('order'), { operator: 'equals', values: [1] }, ever)),
  },
  sleeping: { industry: 'general', needs: { order }, rule: (name) => all(didTimes(name('order'), once, ever), didTimes(name('order'), never, lastDays(180))) },
  highSpenders: { industry: 'general', needs: { order }, rule: (name) => all(spent(name('order'), 1000, 365)) },
  registeredWithoutOrder: {
    industry: 'general',
    needs: { order },
    rule: (name) => all(dateIn(registeredAttribute, 'withinLast', 30), didTimes(name('order'), never, ever)),
  },
  birthdaySoon: {
    industry: 'general',
    needs: { birthday: attribute(...attributeSynonyms.birthday) },
    rule: (name) =>
      all({ kind: 'attribute', attribute: name('birthday'), test: { type: 'anniversary', calendar: 'solar', operator: 'withinNext', values: [7] } }),
  },
  leftInCart: {
    industry: 'retail',
    needs: { cart, order },
    rule: (name) => all(didTimes(name('cart'), once, lastDays(7)), didTimes(name('order'), never, lastDays(7))),
  },
  viewedOften: {
    industry: 'retail',
    needs: { view, order },
    rule: (name) => all(didTimes(name('view'), atLeast(3), lastDays(7)), didTimes(name('order'), never, lastDays(7))),
  },
  secondOrderDue: {
    industry: 'retail',
    needs: { order },
    rule: (name) =>
      all(
        didTimes(name('order'), { operator: 'equals', values: [1] }, ever),
        didTimes(name('order'), never, lastDays(21)),
        didTimes(name('order'), once, lastDays(45)),
      ),
  },
  refundedOften: { industry: 'retail', needs: { refund }, rule: (name) => all(didTimes(name('refund'), atLeast(2), lastDays(180))) },
  trialNotEnrolled: {
    industry: 'education',
    needs: { trial, enrolled },
    rule: (name) => all(didTimes(name('trial'), once, lastDays(30)), didTimes(name('enrolled'), never, lastDays(30))),
  },
  lessonsSlipping: {
    industry: 'education',
    needs: { lesson },
    rule: (name) => all(didTimes(name('lesson'), atLeast(4), lastDays(60)), didTimes(name('lesson'), never, lastDays(14))),
  },
  renewalSoon: {
    industry: 'education',
    needs: { end: attribute(...attributeSynonyms.end) },
    rule: (name) => all(dateIn(name('end'), 'withinNext', 30)),
  },
  regularGone: {
    industry: 'local',
    needs: { visit },
    rule: (name) => all(didTimes(name('visit'), atLeast(3), lastDays(90)), didTimes(name('visit'), never, lastDays(21))),
  },
  bookedNotCome: {
    industry: 'local',
    needs: { booking, visit },
    rule: (name) => all(didTimes(name('booking'), once, lastDays(14)), { kind: 'not', rule: then(name('booking'), name('visit'), 14) }),
  },
  balanceLeft: {
    industry: 'local',
    needs: { balance: attribute(...attributeSynonyms.balance) },
    rule: (name) => all({ kind: 'attribute', attribute: name('balance'), test: { type: 'number', operator: 'greaterThan', values: [0] } }),
  },
  signedUpNotActive: {
    industry: 'saas',
    needs: { signup, feature },
    rule: (name) => all(didTimes(name('signup'), once, lastDays(14)), didTimes(name('feature'), never, ever)),
  },
  usageFalling: {
    industry: 'saas',
    needs: { login },
    rule: (name) => all(didTimes(name('login'), atLeast(5), lastDays(60)), didTimes(name('login'), never, lastDays(14))),
  },
  readyToUpgrade: {
    industry: 'saas',
    needs: { feature, subscribed },
    rule: (name) => all({ ...didTimes(name('feature'), atLeast(10), lastDays(30)), measure: { kind: 'days' } }, didTimes(name('subscribed'), never, ever)),
  },
  applicationStuck: {
    industry: 'finance',
    needs: { apply, approved },
    rule: (name) => all(didTimes(name('apply'), once, lastDays(30)), { kind: 'not', rule: then(name('apply'), name('approved'), 30) }),
  },
  bigInvestors: { industry: 'finance', needs: { invest }, rule: (name) => all(spent(name('invest'), 100_000, 365)) },
  maturingSoon: {
    industry: 'finance',
    needs: { due: attribute(...attributeSynonyms.due) },
    rule: (name) => all(dateIn(name('due'), 'withinNext', 15)),
  },
} as const satisfies Record<string, Draft>

export type TemplateName = keyof typeof drafts
export const templateNames = Object.keys(drafts) as TemplateName[]

export interface RuleTemplate {
  name: TemplateName
  industry: Industry
  /** Undefined where the data lacks something. */
  rule: Rule | undefined
  /** What is missing, each by the names it may go by. */
  missing: Need[]
}

/** Rules to begin with, made of the events and attributes that were seen; those that lack some say which. */
export function ruleTemplates({ events, attributes }: { events: readonly string[]; attributes: readonly string[] }): RuleTemplate[] {
  const seen = { event: new Set(events), attribute: new Set(attributes) }
  return templateNames.map((name) => {
    const { industry, needs, rule }: Draft = drafts[name]
    const found = new Map(Object.entries(needs).map(([key, need]) => [key, need.names.find((each) => seen[need.kind].has(each))]))
    const missing = Object.entries(needs).flatMap(([key, need]) => (found.get(key) === undefined ? [need] : []))
    return { name, industry, missing, rule: missing.length === 0 ? rule((key) => found.get(key) ?? '') : undefined }
  })
}
