import type { ConsentRule } from '../../../../contracts/rule.ts'
import type { CompileScope } from './compile-scope.ts'
import { compileWindow } from './compile-window.ts'
import type { ResolvedTagRule } from './resolved-rule.ts'

/** The people who have a tag now, as a select of one bitmap `s`. The mirror follows merges: its ids are people of today. */
export function compileTag(scope: CompileScope, { tagId, values, window }: ResolvedTagRule): string {
  const { params, moment } = scope
  const { join, conditions } = compileWindow(scope, window, { time: 'set_at', person: 'person_id' })
  const has = [scope.where, `tag_id = ${params.slot(tagId, 'UUID')}`, `(isNull(expires_at) or expires_at > ${params.instant(moment.now)})`, ...conditions]
  if (values.length > 0) has.push(`value in ${params.slot(values, 'Array(String)')}`)
  return `select groupBitmapState(person_id) as s from ${scope.tables.tags} final${join} where ${has.join(' and ')}`
}

/** The people who last said yes, or no; `none` is the complement of both. */
export function compileConsent({ params, where, tables }: CompileScope, { channel, state }: ConsentRule): { sql: string; complement: boolean } {
  const conditions = [where, `channel = ${params.slot(channel, 'String')}`, `purpose = 'marketing'`]
  if (state !== 'none') conditions.push(`state = ${params.slot(state, 'String')}`)
  return { sql: `select groupBitmapState(person_id) as s from ${tables.consents} final where ${conditions.join(' and ')}`, complement: state === 'none' }
}
