import type { TagTargets } from '../../../contracts/tags.ts'

/** The list of people behind the targets of a change. */
export function asQuery(targets: Exclude<TagTargets, { kind: 'people' }>) {
  return targets.kind === 'query' ? targets.query : { rule: targets.rule }
}
