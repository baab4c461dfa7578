import { ignoredAfterDays, type MessageRule } from '../../../../contracts/rule.ts'
import { matchSql } from './compile-event.ts'
import type { CompileScope } from './compile-scope.ts'
import { compileWindow } from './compile-window.ts'
import { spanMs } from './event-window.ts'
import { comparisonSql, holdsAtZero } from './measure.ts'
import { answerEvents, messageEvents, messageFilters } from './messages.ts'
import { arrayTime, codedTime, nextAfter, timesSql } from './time-arrays.ts'

/** The people who ignored so many messages, as a select of one bitmap `s`; the complement where those without messages are meant too. */
export function compileIgnored(scope: CompileScope, rule: MessageRule): { sql: string; complement: boolean } {
  const { params, moment } = scope
  const person = scope.person.of('person_id')
  const { join, conditions } = compileWindow(scope, rule.window, { time: 'time', person })
  const sent = [matchSql(scope, { event: messageEvents.ignored, filters: messageFilters(rule) }), ...conditions].join(' and ')
  const answered = `event in ${params.slot(answerEvents, 'Array(String)')}`
  const names = params.slot([messageEvents.ignored, ...answerEvents], 'Array(String)')
  const rows = `select ${person} as person, toInt64(${sent}) + toInt64(${answered}) * 2 as bits, ${codedTime('time')} as coded from ${scope.tables.events}${join} where ${scope.whereEvents} and event in ${names} and bits > 0`
  const grouped = `select person, arraySort(groupArray(coded + bits)) as rows from (${rows}) group by person having bitTest(groupBitOr(bits), 0)`

  const answerMs = spanMs({ amount: rule.afterDays ?? ignoredAfterDays, unit: 'day' })
  const span = params.slot(answerMs, 'Int64')
  const decidedUntil = params.slot(arrayTime(new Date(moment.now.getTime() - answerMs)), 'Int64')
  const columns = [
    ...timesSql,
    'arrayMap((row, time) -> if(bitTest(row, 1), time, 0), rows, times) as answers',
    `${nextAfter('answers')} as next_answers`,
    `arrayMap((row, time, answer) -> multiIf(not bitTest(row, 0) or time > ${decidedUntil}, 2, answer > 0 and answer - time <= ${span}, 0, 1), rows, times, next_answers) as fates`,
    'arrayFilter(fate -> fate < 2, fates) as decided',
    rule.inARow ? 'toInt64(length(decided)) - toInt64(arrayLastIndex(fate -> fate = 0, decided)) as ignored' : 'countEqual(decided, 1) as ignored',
  ]
  const complement = holdsAtZero(rule.comparison)
  const wanted = rule.comparison.values.map((value) => params.slot(value, 'Float64'))
  const holds = comparisonSql('toFloat64(ignored)', rule.comparison.operator, wanted)
  return {
    sql: `select groupBitmapState(person) as s from (select person, ${columns.join(', ')} from (${grouped})) where ${complement ? `not (${holds})` : holds}`,
    complement,
  }
}
