import type { QueryRunner } from '../query-runner.ts'
import type { PersonTable } from './person-tables.ts'

/** One merge of a round: nobody is kept or merged in two of a round's merges. */
export interface MergeEdge {
  mergeId: number
  keptId: number
  mergedId: number
}

interface Move {
  workspaceId: number
  edges: readonly MergeEdge[]
}

const edges = `json_to_recordset(:edges::json) as edge ("mergeId" bigint, "keptId" bigint, "mergedId" bigint)`
const keyOf = (alias: string, columns: readonly string[]) => `concat_ws(chr(31), ${columns.map((column) => `${alias}.${column}::text`).join(', ')})`

/** Gives the merged people's rows of one table to the kept ones and writes down what an undo needs. */
export async function moveRows(runner: QueryRunner, table: PersonTable, { workspaceId, edges }: Move): Promise<void> {
  const statements = table.kind === 'rows' ? rowsStatements(table) : stateStatements(table)
  await runAll(runner, `people-move-${table.name}`, { statements, known: { workspaceId, edges: JSON.stringify(edges) } })
}

/** Statements name their values: `:workspaceId` becomes the number of a slot. */
async function runAll(runner: QueryRunner, name: string, { statements, known }: { statements: string[]; known: Record<string, unknown> }): Promise<void> {
  for (const [index, statement] of statements.entries()) {
    const used: string[] = []
    const text = statement.replace(/(?<!:):([a-z]\w*)/gi, (_, key: string) => {
      if (!used.includes(key)) used.push(key)
      return `$${used.indexOf(key) + 1}`
    })
    await runner.query({ name: `${name}-${index}`, text, values: used.map((key) => known[key]) })
  }
}

function rowsStatements(table: PersonTable & { kind: 'rows' }): string[] {
  const { name, id, unique } = table
  if (!unique) {
    return [
      `with moved as (
         update ${name} as own set person_id = edge."keptId" from ${edges}
         where own.workspace_id = :workspaceId and own.person_id = edge."mergedId" returning edge."mergeId" as merge_id, own.${id}::text as row_key)
       insert into merge_moves (merge_id, table_name, row_key, side) select merge_id, '${name}', row_key, 'merged' from moved`,
    ]
  }
  const others = unique.columns.filter((column) => column !== 'person_id')
  const same = others.map((column) => `kept.${column} = own.${column}`).join(' and ')
  return [
    `insert into merge_moves (merge_id, table_name, row_key, side, row)
     select edge."mergeId", '${name}', own.${id}::text, 'merged', jsonb_build_object('${unique.rename}', own.${unique.rename})
     from ${edges} join ${name} as own on own.workspace_id = :workspaceId and own.person_id = edge."mergedId"`,
    `update ${name} as own set person_id = edge."keptId",
       ${unique.rename} = case when exists (select from ${name} as kept where kept.workspace_id = :workspaceId and kept.person_id = edge."keptId" and ${same})
         then own.${unique.rename} || '~' || edge."mergedId" else own.${unique.rename} end
     from ${edges} where own.workspace_id = :workspaceId and own.person_id = edge."mergedId"`,
  ]
}

function stateStatements({ name, key, better }: PersonTable & { kind: 'state' }): string[] {
  const own = `${name} as own on own.workspace_id = :workspaceId and own.person_id = edge."mergedId"`
  const sameKey = key.map((column) => `kept.${column} = own.${column}`).join(' and ')
  const kept = `${name} as kept on kept.workspace_id = :workspaceId and kept.person_id = edge."keptId" and ${sameKey}`
  // The order speaks of plain columns, so it ranks the two rows one above the other; the kept person's is first among equals.
  const ownIsBetter =
    better === undefined
      ? 'false'
      : `(select person_id from (select kept.*, 0 as place union all select own.*, 1) as both_rows order by ${better}, place limit 1) = edge."mergedId"`
  return [
    `insert into merge_moves (merge_id, table_name, row_key, side, row)
     select edge."mergeId", '${name}', ${keyOf('own', key)}, case when kept.person_id is null or ${ownIsBetter} then 'merged' else 'lost' end, to_jsonb(own)
     from ${edges} join ${own} left join ${kept}`,
    `insert into merge_moves (merge_id, table_name, row_key, side, row)
     select edge."mergeId", '${name}', ${keyOf('kept', key)}, 'kept', to_jsonb(kept)
     from ${edges} join ${own} join ${kept} where ${ownIsBetter}`,
    `delete from ${name} as kept using merge_moves as move, ${edges}
     where move.merge_id = edge."mergeId" and move.table_name = '${name}' and move.side = 'kept'
       and kept.workspace_id = :workspaceId and kept.person_id = edge."keptId" and ${keyOf('kept', key)} = move.row_key`,
    `delete from ${name} as own using ${edges} where own.workspace_id = :workspaceId and own.person_id = edge."mergedId"`,
    `insert into ${name}
     select (jsonb_populate_record(null::${name}, move.row || jsonb_build_object('person_id', edge."keptId"))).*
     from ${edges} join merge_moves as move on move.merge_id = edge."mergeId" and move.table_name = '${name}' and move.side = 'merged'`,
  ]
}

/** Gives the rows that one merge brought back to the merged person, who is in `people` again. What came later stays. */
export async function moveRowsBack(runner: QueryRunner, table: PersonTable, { workspaceId, edge }: { workspaceId: number; edge: MergeEdge }): Promise<void> {
  const statements = table.kind === 'rows' ? rowsBack(table) : stateBack(table)
  await runAll(runner, `people-back-${table.name}`, { statements, known: { workspaceId, ...edge } })
}

function rowsBack({ name, id, unique }: PersonTable & { kind: 'rows' }): string[] {
  const renamed = unique ? `, ${unique.rename} = move.row ->> '${unique.rename}'` : ''
  return [
    `update ${name} as own set person_id = :mergedId${renamed} from merge_moves as move
     where move.merge_id = :mergeId and move.table_name = '${name}' and own.workspace_id = :workspaceId and own.person_id = :keptId and own.${id}::text = move.row_key`,
  ]
}

function stateBack({ name, key }: PersonTable & { kind: 'state' }): string[] {
  const restore = (sides: string) =>
    `insert into ${name} select (jsonb_populate_record(null::${name}, row)).* from merge_moves
     where merge_id = :mergeId and table_name = '${name}' and side in (${sides})
     on conflict do nothing`
  return [
    // Only rows that are still as they came: what was changed since is the kept person's own.
    `delete from ${name} as own using merge_moves as move
     where move.merge_id = :mergeId and move.table_name = '${name}' and move.side = 'merged' and own.workspace_id = :workspaceId and own.person_id = :keptId
       and ${keyOf('own', key)} = move.row_key and to_jsonb(own) - 'person_id' = move.row - 'person_id'`,
    restore(`'merged', 'lost'`),
    restore(`'kept'`),
  ]
}
