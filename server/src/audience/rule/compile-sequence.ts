import { anyEvent, type SequenceRule } from '../../../../contracts/rule.ts'
import { matchSql, peopleOfEvents } from './compile-event.ts'
import { eventRows, type CompileScope } from './compile-scope.ts'
import { boundsSql, compileWindow } from './compile-window.ts'
import { spanMs } from './event-window.ts'
import { narrowing } from './narrowing.ts'
import { nested } from './people-set.ts'
import { codedTime, latestBefore, timesSql } from './time-arrays.ts'

/**
 * The people of a sequence, as a select of one bitmap `s`. Of each person the rows that match any step or any `without` become one array of times with bits for what they
 * match; a step is reached at a time when the latest time before at which the step before was reached is near enough and nothing forbidden lies between. The latest one is
 * always the best: it is nearest, least can lie between, and the chain to it began the latest. Gathering a person's rows costs ten times what it costs to see who has any, so only
 * those are gathered who took every step at some time.
 */
export function compileSequence(scope: CompileScope, rule: SequenceRule): string {
  const { steps } = rule
  const person = scope.person.of('person_id')
  const { join, conditions } = compileWindow(scope, rule.window, { time: 'time', person })
  const matches = [...steps, ...steps.slice(1).map((step) => step.without)].map((each) =>
    (Array.isArray(each) ? each : [each]).map((event) => `(${matchSql(scope, event)})`).join(' or '),
  )
  const bits = matches.map((match, index) => (match === '' ? '' : `toInt64(${match}) * ${2 ** index}`)).filter((bit) => bit !== '')
  const names = [...new Set(steps.flatMap((step) => [step, ...step.without]).map(({ event }) => event))]
  const { from, where } = eventRows(scope, names, bits.join(' '))
  const named = names.includes(anyEvent) ? [] : [`event in ${scope.params.slot(names, 'Array(String)')}`]
  const conditionsOfRows = [where, ...named, ...conditions, ...tookEveryStep(scope, rule, names), 'bits > 0']
  const rows = `select ${person} as person, ${bits.join(' + ')} as bits, ${codedTime('time')} as coded from ${from}${join} where ${conditionsOfRows.join(' and ')}`
  const all = 2 ** steps.length - 1
  const grouped = `select person, arraySort(groupArray(coded + bits)) as rows from (${rows}) group by person having bitAnd(groupBitOr(bits), ${all}) = ${all}`
  return `select groupBitmapState(person) as s from (select person, ${chainSql(scope, rule).join(', ')} from (${grouped})) where is_reached`
}

/** That a row's person did what each step names, whatever else the step asks and in whatever order: sets of everybody who did it, read from the key alone. */
function tookEveryStep(scope: CompileScope, { steps, window }: SequenceRule, read: readonly string[]): string[] {
  const events = [...new Set(steps.map(({ event }) => event))].filter((event) => event !== anyEvent)
  const isOfUse = events.length > 1 || (events.length === 1 && read.length > 1)
  if (!scope.isWhole || !isOfUse) return []
  const sets = events.map((event, index) => {
    const where = [scope.whereEvents, matchSql(scope, { event, filters: [] }), ...boundsSql(scope, window, 'time')].join(' and ')
    const people = peopleOfEvents({ selection: `from ${scope.tables.events} where ${where}`, having: null, complement: false }, scope.person)
    return `select toUInt8(${index}) as step, s from (${people})`
  })
  const bitmaps = events.map((_, index) => `groupBitmapMergeStateIf(s, step = ${index})`)
  return [narrowing(`bitmapContains((select ${nested(bitmaps, 'bitmapAnd')} from (${sets.join(' union all ')})), ${scope.person.of('person_id')})`)]
}

/** Columns that follow the chain from step to step, the last one `is_reached`. */
function chainSql({ params }: CompileScope, { steps, within }: SequenceRule): string[] {
  const columns = [...timesSql, 'arrayMap((row, time) -> if(bitTest(row, 0), time, 0), rows, times) as reached_0']
  if (within) columns.push('reached_0 as began_0')
  for (const [index, step] of steps.entries()) {
    if (index === 0) continue
    const near = step.within ? [`time - before <= ${params.slot(spanMs(step.within), 'Int64')}`] : []
    const isFree = step.without.length === 0
    if (!isFree) {
      columns.push(`arrayMap((row, time) -> if(bitTest(row, ${steps.length + index - 1}), time, 0), rows, times) as without_${index}`)
      columns.push(`${latestBefore(`without_${index}`)} as blocked_${index}`)
    }
    columns.push(`${latestBefore(`reached_${index - 1}`)} as before_${index}`)
    const conditions = [`bitTest(row, ${index})`, 'before > 0', ...near, ...(isFree ? [] : ['before >= blocked'])].join(' and ')
    columns.push(
      `arrayMap((row, time, before${isFree ? '' : ', blocked'}) -> if(${conditions}, time, 0), rows, times, before_${index}${isFree ? '' : `, blocked_${index}`}) as reached_${index}`,
    )
    if (within) columns.push(`arrayMap((time, began) -> if(time > 0, began, 0), reached_${index}, ${latestBefore(`began_${index - 1}`)}) as began_${index}`)
  }
  const last = steps.length - 1
  const whole = within
    ? `arrayExists((time, began) -> time > 0 and time - began <= ${params.slot(spanMs(within), 'Int64')}, reached_${last}, began_${last})`
    : `arrayExists(time -> time > 0, reached_${last})`
  return [...columns, `${whole} as is_reached`]
}
