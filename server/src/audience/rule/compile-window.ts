import type { EventWindow } from '../../../../contracts/rule.ts'
import { typedValue } from '../../platform/warehouse/json-path.ts'
import type { CompileScope } from './compile-scope.ts'
import { windowBounds } from './event-window.ts'

/** What a window adds to a select: a join behind the table, where the window is another one for each person, and conditions. */
export interface CompiledWindow {
  join: string
  conditions: string[]
}

/** The window on a column of instants, of rows whose person is `person`. */
export function compileWindow(scope: CompileScope, window: EventWindow, { time, person }: { time: string; person: string }): CompiledWindow {
  const conditions = boundsSql(scope, window, time)
  if (window.kind !== 'sinceCampaign') return { join: '', conditions }
  return {
    join: ` inner join (${lastContacts(scope, window.campaignId)}) as contacts on contacts.contacted_person = ${person}`,
    conditions: [...conditions, `${time} > contacted_at`],
  }
}

/** The window's bounds that are the same for everybody. */
export function boundsSql({ params, moment }: CompileScope, window: EventWindow, time: string): string[] {
  const { from, to } = windowBounds(window, moment)
  return [from && `${time} >= ${params.instant(from)}`, to && `${time} < ${params.instant(to)}`].filter((condition) => condition !== null)
}

/** When people were last contacted by a campaign, or by any. */
function lastContacts({ params, moment, person, whereEvents, tables }: CompileScope, campaignId: string | undefined): string {
  const conditions = [whereEvents, `event = 'Message Accepted'`, `time < ${params.instant(moment.now)}`]
  if (campaignId !== undefined) conditions.push(`${typedValue('properties', 'campaignId', 'String')} = ${params.slot(campaignId.toLowerCase(), 'String')}`)
  return `select ${person.of('person_id')} as contacted_person, max(time) as contacted_at from ${tables.events} where ${conditions.join(' and ')} group by contacted_person`
}
