import { packSources, unpackSources } from './attribute-sources.ts'
import { packTimes, unpackTimes } from './attribute-times.ts'
import { prepareCopy, type PreparedCopy } from '../copy-rows.ts'
import type { AttributeData, PersonState } from './person-draft.ts'
import type { PersonRecord } from './person-record.ts'
import type { QueryRunner } from '../query-runner.ts'

interface PersonStateRow {
  id: number
  attributes: Record<string, AttributeData>
  attribute_times: Record<string, number>
  attribute_sources: Record<string, number> | null
  phone_key: string | null
  email_key: string | null
  sealed_phone: Buffer | null
  sealed_email: Buffer | null
  created_at: Date
  version: number
}

const columns = 'id, attributes, attribute_times, attribute_sources, phone_key, email_key, sealed_phone, sealed_email, created_at, version'

/** The rows of people by id. With `lock`, nobody else changes them until the transaction ends; locked in order of id, so that two cannot wait for each other. */
export async function readPersonStates(
  runner: QueryRunner,
  workspaceId: number,
  read: { personIds: Iterable<number>; lock: boolean },
): Promise<Map<number, PersonState>> {
  const { rows } = await runner.query<PersonStateRow>({
    name: read.lock ? 'people-lock-states' : 'people-read-states',
    text: `select ${columns} from people where workspace_id = $1 and id = any($2::bigint[]) order by id ${read.lock ? 'for no key update' : ''}`,
    values: [workspaceId, `{${[...read.personIds].join(',')}}`],
  })
  return new Map(rows.map((row) => [row.id, stateOf(row)]))
}

function stateOf(row: PersonStateRow): PersonState {
  const said = { attributes: row.attributes, phoneKey: row.phone_key, emailKey: row.email_key }
  const attributeTimes = unpackTimes(row.attribute_times, said)
  return {
    ...said,
    attributeTimes,
    attributeSources: unpackSources(row.attribute_sources, attributeTimes),
    sealedPhone: row.sealed_phone,
    sealedEmail: row.sealed_email,
    createdAtMs: row.created_at.getTime(),
    version: row.version,
  }
}

/** People who did not exist, for `copyPrepared`. Each is asked for when its row is made, so that whoever makes them need not hold them all. */
export async function preparePeople(
  workspaceId: number,
  { people, now }: { people: Iterable<readonly [number, PersonRecord]>; now: Date },
): Promise<PreparedCopy> {
  const nowMs = now.getTime()
  return prepareCopy({
    into: 'people (id, workspace_id, attributes, attribute_times, attribute_sources, sealed_phone, sealed_email, phone_key, email_key, created_at, updated_at, version)',
    columns: 12,
    rows: people,
    write(fields, [personId, record]) {
      const { attributes, times, sources, sealedPhone, sealedEmail, phoneKey, emailKey, createdAtMs, version } = record
      fields.bigint(personId)
      fields.integer(workspaceId)
      fields.json(attributes)
      fields.json(times)
      if (sources === null) fields.null()
      else fields.json(sources)
      for (const sealed of [sealedPhone, sealedEmail]) {
        if (sealed === null) fields.null()
        else fields.bytes(sealed)
      }
      for (const key of [phoneKey, emailKey]) {
        if (key === null) fields.null()
        else fields.uuid(key)
      }
      fields.instant(createdAtMs)
      fields.instant(nowMs)
      fields.bigint(version)
    },
  })
}

/** Writes back rows that were read with `lock`. */
export async function updatePersonStates(
  runner: QueryRunner,
  workspaceId: number,
  update: { people: ReadonlyMap<number, PersonState>; now: Date },
): Promise<void> {
  if (update.people.size === 0) return
  const rows = Array.from(update.people, ([id, state]) => ({
    id,
    attributes: state.attributes,
    attribute_times: packTimes(state),
    attribute_sources: packSources(state.attributeSources, state.attributeTimes),
    sealed_phone: state.sealedPhone?.toString('hex') ?? null,
    sealed_email: state.sealedEmail?.toString('hex') ?? null,
    phone_key: state.phoneKey,
    email_key: state.emailKey,
    created_at: new Date(state.createdAtMs).toISOString(),
    version: state.version,
  }))
  await runner.query({
    name: 'people-update-states',
    text: `
      update people set
        attributes = given.attributes, attribute_times = given.attribute_times, attribute_sources = given.attribute_sources,
        sealed_phone = decode(given.sealed_phone, 'hex'), sealed_email = decode(given.sealed_email, 'hex'),
        phone_key = given.phone_key, email_key = given.email_key, created_at = given.created_at, version = given.version, updated_at = $3
      from json_to_recordset($2::json) as given (
        id bigint, attributes jsonb, attribute_times jsonb, attribute_sources jsonb, sealed_phone text, sealed_email text, phone_key uuid, email_key uuid, created_at timestamptz, version bigint)
      where people.workspace_id = $1 and people.id = given.id`,
    values: [workspaceId, JSON.stringify(rows), update.now],
  })
}
