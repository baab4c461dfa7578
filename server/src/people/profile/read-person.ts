import { sql } from 'kysely'
import { orderEvent } from '../../../../contracts/collect.ts'
import type { Attribute, Namespace, Person } from '../../../../contracts/people.ts'
import type { Context } from '../../access/index.ts'
import { notFound } from '../../platform/errors.ts'
import type { Vault } from '../../platform/vault/vaults.ts'
import { hiddenAttributes, maskPersonal, personalAttributes, withoutPersonal } from '../attributes/personal-data.ts'
import { historyOf } from '../merging/aliases.ts'
import { listAttributes } from '../attributes/list-attributes.ts'
import { maskAddress, maskAttribute } from '../masking/mask-addresses.ts'
import { maskEmail, maskPhone } from '../masking/mask.ts'
import type { NamespaceRules } from '../namespaces/namespace-rules.ts'
import { readNamespaces } from '../namespaces/read-namespaces.ts'
import type { AttributeData } from '../record/person-draft.ts'
import { instant, personLayer, toPersonRow, type StoredPerson } from '../listing/person-row.ts'
import { readShownLayerModels } from '../listing/listed-parts.ts'
import type { AttributeOrigin } from '../record/attribute-origins.ts'
import { namesOfOrigins, readAttributeSources } from './read-attribute-sources.ts'
import { readActivity, type PersonPlace } from '../listing/read-activity.ts'

export const personNoun = { zh: '客户', en: 'person' }

/** Everything about one person, phone and e-mail masked; a former id answers the person of today. Throws `not-found`. */
export async function readPerson(ctx: Context, asked: { personId: number }): Promise<Person> {
  const person = await findPerson(ctx, asked.personId)
  const personId = person.id
  const [identities, consents, suppressions, activity, models, known, said] = await Promise.all([
    readIdentities(ctx, personId),
    readConsents(ctx, personId),
    readSuppressions(ctx, personId),
    readOrders(ctx, personId),
    readShownLayerModels(ctx, 'all'),
    listAttributes(ctx),
    readAttributeSources(ctx, person),
  ])
  const vault = await ctx.platform.vaults.of(ctx.workspaceId)
  const namespaces = await readNamespaces(ctx.platform, ctx.workspaceId)
  const sourceOf = await namesOfOrigins(
    ctx,
    identities.flatMap(({ origin }) => (origin ? [origin] : [])),
  )
  const memberNo = identities.find((identity) => identity.namespace === 'member_no')?.value ?? null
  const listed = (await readActivity(ctx, [personId], models)).get(personId)
  const [personal, hidden] = await Promise.all([personalAttributes(ctx), hiddenAttributes(ctx)])
  return {
    ...toPersonRow(vault, { ...person, attributes: withoutPersonal(person.attributes, personal), member_no: memberNo }, listed),
    attributes: attributesOf(person, { known: known.items, personal, hidden, said }),
    identities: identities.map((identity) => ({
      namespace: identity.namespace,
      label: namespaces.get(identity.namespace)?.label ?? { zh: identity.namespace, en: identity.namespace },
      value: shownIdentity({ vault, namespaces }, person, identity),
      masked: identity.value === null || namespaces.get(identity.namespace)?.secret !== false,
      firstSeenAt: identity.created_at.toISOString(),
      source: (isPresent(person, identity) && said.get(identity.namespace)?.source) || (identity.origin && sourceOf(identity.origin)),
    })),
    consents,
    suppressions,
    firstOrderAt: instant(activity.firstOrderMs),
    events: activity.events,
    layers: listed?.places.map(layerOf) ?? [],
  }
}

/** A person with what pages about one person need besides. */
export interface FoundPerson extends StoredPerson {
  attribute_times: Record<string, number>
  attribute_sources: Record<string, number> | null
  phone_key: string | null
  email_key: string | null
}

/** The row of a person of this workspace, also by a former id: go on with the row's. Throws `not-found`. */
export async function findPerson(ctx: Context, personId: number): Promise<FoundPerson> {
  const { rows } = await sql<FoundPerson>`
    select id, attributes, attribute_times, attribute_sources, sealed_phone, sealed_email, phone_key, email_key, created_at, updated_at, null as member_no
    from people where workspace_id = ${ctx.workspaceId}
      and id = coalesce((select person_id from person_aliases where workspace_id = ${ctx.workspaceId} and alias_id = ${personId}), ${personId})`.execute(
    ctx.platform.db,
  )
  if (!rows[0]) throw notFound(personNoun)
  return rows[0]
}

export interface StoredIdentity {
  namespace: Namespace
  key: string
  value: string | null
  sealed: Buffer | null
  created_at: Date
}

async function readIdentities(ctx: Context, personId: number): Promise<(StoredIdentity & { origin: AttributeOrigin | null })[]> {
  const { rows } = await sql<StoredIdentity & { origin: AttributeOrigin | null }>`
    select namespace, key, value, sealed, created_at,
      (select json_build_object('kind', kind, 'originId', origin.origin_id) from attribute_origins as origin
        where origin.workspace_id = identities.workspace_id and origin.id = identities.origin_id) as origin
    from identities
    where person_id = ${personId} and workspace_id = ${ctx.workspaceId} order by created_at, namespace, value limit 200`.execute(ctx.platform.db)
  return rows
}

/** Only the person's present phone and e-mail can be shown at all, masked; of former ones nothing but the blind index was kept. */
export function shownIdentity(
  { vault, namespaces }: { vault: Vault; namespaces: NamespaceRules },
  person: FoundPerson,
  { namespace, key, value, sealed }: StoredIdentity,
): string {
  if (namespace === 'phone') return person.sealed_phone && person.phone_key === key ? maskPhone(vault.open(person.sealed_phone)) : '****'
  if (namespace === 'email') return person.sealed_email && person.email_key === key ? maskEmail(vault.open(person.sealed_email)) : '***'
  const text = value ?? (sealed && vault.open(sealed))
  return text === null ? '****' : namespaces.mask(namespace, text)
}

/** The phone and e-mail that the person goes by today. */
function isPresent(person: FoundPerson, { namespace, key }: StoredIdentity): boolean {
  return (namespace === 'phone' && key === person.phone_key) || (namespace === 'email' && key === person.email_key)
}

interface AttributeWords {
  known: readonly Attribute[]
  personal: ReadonlySet<string>
  hidden: ReadonlySet<string>
  said: Awaited<ReturnType<typeof readAttributeSources>>
}

function attributesOf(person: FoundPerson, { known, personal, hidden, said }: AttributeWords): Person['attributes'] {
  const order = new Map(known.map((attribute, index) => [attribute.key, { attribute, index }]))
  const place = (key: string) => order.get(key)?.index ?? Number.MAX_SAFE_INTEGER
  return Object.entries(person.attributes)
    .toSorted(([left], [right]) => place(left) - place(right) || (left < right ? -1 : 1))
    .map(([key, value]) => {
      const attribute = order.get(key)?.attribute
      return {
        key,
        label: attribute?.label ?? { zh: key, en: key },
        type: attribute?.type ?? 'text',
        ...(personal.has(key) ? { value: maskPersonal(value), masked: true } : shownValue(value)),
        hidden: hidden.has(key),
        at: instant(said.get(key)?.timeMs ?? null),
        source: said.get(key)?.source ?? null,
      }
    })
}

function shownValue(value: AttributeData): { value: AttributeData; masked: boolean } {
  const shown = maskAttribute(value)
  return { value: shown, masked: String(shown) !== String(value) }
}

async function readConsents(ctx: Context, personId: number): Promise<Person['consents']> {
  const { rows } = await sql<Omit<Person['consents'][number], 'at'> & { at: Date }>`
    select channel, purpose, state, proof, source, at from consents
    where workspace_id = ${ctx.workspaceId} and person_id = ${personId} order by at desc, id desc limit 100`.execute(ctx.platform.db)
  // What somebody answered is proof of an opt-out, and may hold a number.
  return rows.map((row) => ({ ...row, proof: maskAddress(row.proof), at: row.at.toISOString() }))
}

/** Of the person's present phone: a number stays blocked whoever has it. */
async function readSuppressions(ctx: Context, personId: number): Promise<Person['suppressions']> {
  const { rows } = await sql<{ channel: 'sms'; reason: string; at: Date }>`
    select suppressions.channel, suppressions.reason, suppressions.at from people
    join suppressions on suppressions.workspace_id = people.workspace_id and suppressions.address_key = people.phone_key
    where people.workspace_id = ${ctx.workspaceId} and people.id = ${personId}`.execute(ctx.platform.db)
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }))
}

async function readOrders(ctx: Context, personId: number): Promise<{ events: number; firstOrderMs: number | null }> {
  const person = await historyOf(ctx, personId)
  const row = await ctx.platform.warehouse.row<{ events: number; orders: number; firstOrderMs: number }>({
    sql: `
      select toInt64(count()) as events, toInt64(countIf(event = {orderEvent:String})) as orders, toUnixTimestamp64Milli(minIf(time, event = {orderEvent:String})) as firstOrderMs
      from events_by_person where workspace_id = {workspaceId:UInt32} and ${person.condition}`,
    params: { ...person.params, workspaceId: ctx.workspaceId, orderEvent },
  })
  return { events: row.events, firstOrderMs: row.orders > 0 ? row.firstOrderMs : null }
}

function layerOf(place: PersonPlace): Person['layers'][number] {
  const { recencyScore, frequencyScore, moneyScore } = place
  return { ...personLayer(place), recencyScore: recencyScore || null, frequencyScore: frequencyScore || null, moneyScore: moneyScore || null }
}
