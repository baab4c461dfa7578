import type { Namespace } from '../../../../contracts/people.ts'
import { isNobody, type NamespaceRules } from '../../people/index.ts'
import { TrackingProblem } from './tracking-problem.ts'
import { isObject, type Json } from './tracking-values.ts'

export type Identities = [Namespace, string][]

/**
 * Adds what a message calls somebody, normalised. Nothing is added for a value that is empty or stands for nobody (`null`, `undefined`), nor for a kind that the workspace does not take.
 * @throws TrackingProblem for a value that is none: a phone number with too few digits.
 */
export function addIdentity(identities: Identities, given: { namespace: Namespace; value: unknown; at: string }, rules: NamespaceRules): void {
  const { namespace, value, at } = given
  if (value === undefined || value === null || value === '' || !rules.takes(namespace)) return
  if (typeof value !== 'string' && typeof value !== 'number')
    throw new TrackingProblem(`${at}.${namespace}`, { zh: '应为文本或数字', en: 'Should be text or a number' })
  if (typeof value === 'string' && isNobody(value.trim())) return
  const normalised = rules.normalise(namespace, String(value))
  if (typeof normalised !== 'string') throw new TrackingProblem(`${at}.${namespace}`, normalised)
  if (identities.some(([known, same]) => known === namespace && same === normalised)) return
  identities.push([namespace, normalised])
}

/**
 * Identities of the workspace's own kinds, as Segment writes them:
 * `context.externalIds: [{ id, type, collection: 'users', encoding: 'none' }]`. Kinds that the workspace does not know are passed over.
 */
export function addExternalIds(identities: Identities, { context, at }: { context: Json; at: string }, rules: NamespaceRules): void {
  const { externalIds } = context
  if (!Array.isArray(externalIds)) return
  for (const [index, external] of externalIds.entries()) {
    if (!isObject(external) || typeof external['type'] !== 'string') continue
    const { type, id, collection = 'users', encoding = 'none' } = external
    if (collection !== 'users' || encoding !== 'none') continue
    addIdentity(identities, { namespace: type, value: id, at: `${at}.context.externalIds.${index}` }, rules)
  }
}
