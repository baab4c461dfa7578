import { sql } from 'kysely'
import type { z } from 'zod'
import { messageEvents } from '../../../../contracts/collect.ts'
import type { EventDetail, PropertyType, SchemaState, ViolationRule } from '../../../../contracts/event-schemas.ts'
import type { LocaleText } from '../../../../contracts/common.ts'
import { FieldKey } from '../../../../contracts/rule.ts'
import { mutate, type Context } from '../../access/index.ts'
import { describeUsers, propertyKey, usersOf, type UsedThing, type User } from '../../people/index.ts'
import { AppError, notFound } from '../../platform/errors.ts'
import { forgetDoorRules } from '../door/door-rules.ts'
import { eventNotFound, readEventSchema } from './read-event-schema.ts'

interface EventChange {
  label?: LocaleText | undefined
  description?: string | undefined
  state?: SchemaState | undefined
  onViolation?: ViolationRule | undefined
  /** Blocks it also where segments, layers, tags or campaigns go by it. */
  confirmUsed?: boolean
}

const ownEvents = new Set<string>([...messageEvents, 'Control Assigned'])

/** Names, describes, hides or blocks an event. Throws `not-found`, and `precondition` for blocking what the product writes itself. */
export async function updateEventSchema(ctx: Context, event: string, change: EventChange): Promise<z.input<typeof EventDetail>> {
  if (change.state === 'blocked' && ownEvents.has(event))
    throw new AppError('precondition', {
      zh: '这是系统写入的事件，不能拦截；可以隐藏',
      en: 'The product writes this event itself; it cannot be blocked, only hidden',
    })
  if (change.state === 'blocked' && !change.confirmUsed) await refuseUsed(ctx, { kind: 'event', key: event }, event)
  await mutate(ctx, { action: 'event.update', targetKind: 'event', targetId: event, detail: said(change) }, async (tx) => {
    const { label, description, state, onViolation } = change
    const { numAffectedRows } = await sql`
      update event_definitions set
        label_zh = coalesce(${label?.zh ?? null}, label_zh), label_en = coalesce(${label?.en ?? null}, label_en),
        description = coalesce(${description ?? null}, description), state = coalesce(${state ?? null}, state),
        on_violation = coalesce(${onViolation ?? null}, on_violation)
      where workspace_id = ${ctx.workspaceId} and event = ${event}`.execute(tx)
    if (numAffectedRows === 0n) throw eventNotFound()
  })
  forgetDoorRules(ctx.platform, ctx.workspaceId)
  return readEventSchema(ctx, event)
}

interface PropertyChange extends Omit<EventChange, 'onViolation'> {
  unit?: string | undefined
  /** Null expects no type any more. */
  type?: PropertyType | null | undefined
  isRequired?: boolean | undefined
  isPii?: boolean | undefined
}

/**
 * Names, describes, types, hides or blocks a property of an event, or marks it as required or personal. One that never came may be
 * declared by its type. Throws `not-found`.
 */
export async function updateEventProperty(
  ctx: Context,
  { event, key }: { event: string; key: string },
  change: PropertyChange,
): Promise<z.input<typeof EventDetail>> {
  if (change.state === 'blocked' && !change.confirmUsed) await refuseUsed(ctx, { kind: 'property', key: propertyKey(event, key) }, key)
  const entry = { action: 'event.updateProperty', targetKind: 'event', targetId: event, detail: { key, ...said(change) } }
  await mutate(ctx, entry, async (tx) => {
    const { label, description, state, unit, type, isRequired, isPii } = change
    const known = await sql`select from event_definitions where workspace_id = ${ctx.workspaceId} and event = ${event} for update`.execute(tx)
    if (known.rows.length === 0) throw eventNotFound()
    if (type && FieldKey.safeParse(key).success)
      await sql`
        insert into event_properties (workspace_id, event, property, type, first_seen_at, last_seen_at)
        values (${ctx.workspaceId}, ${event}, ${key}, ${type}, ${ctx.platform.clock.now()}, ${ctx.platform.clock.now()}) on conflict do nothing`.execute(tx)
    const { numAffectedRows } = await sql`
      update event_properties set
        label_zh = coalesce(${label?.zh ?? null}, label_zh), label_en = coalesce(${label?.en ?? null}, label_en),
        description = coalesce(${description ?? null}, description), unit = coalesce(${unit ?? null}, unit), state = coalesce(${state ?? null}, state),
        type = coalesce(${type ?? null}, type), is_type_set = coalesce(${type === undefined ? null : type !== null}, is_type_set),
        is_required = coalesce(${isRequired ?? null}, is_required), is_pii = coalesce(${isPii ?? null}, is_pii)
      where workspace_id = ${ctx.workspaceId} and event = ${event} and property = ${key}`.execute(tx)
    if (numAffectedRows === 0n) throw notFound({ zh: '属性', en: 'property' })
  })
  forgetDoorRules(ctx.platform, ctx.workspaceId)
  return readEventSchema(ctx, event)
}

/** What a change says, for the record. */
function said({ confirmUsed: _confirmUsed, ...change }: Partial<PropertyChange & EventChange>): Record<string, unknown> {
  return change
}

/** Those that only write something lose nothing when it is blocked. */
const writers: ReadonlySet<User['kind']> = new Set(['connector', 'importMapping'])

/** @throws `precondition` that names what goes by it, unless it is blocked already */
async function refuseUsed(ctx: Context, thing: UsedThing, name: string): Promise<void> {
  if (await isBlocked(ctx, thing)) return
  const users = (await usersOf(ctx, thing)).filter(({ kind }) => !writers.has(kind))
  if (users.length === 0) return
  const { zh, en } = describeUsers(users)
  throw new AppError('precondition', {
    zh: `「${name}」正被使用：${zh}。拦截后这些地方不再有新数据。请先在那里换掉它，或确认后继续`,
    en: `“${name}” is used by ${en}, which would see nothing new; change that first, or confirm`,
  })
}

/** Of a property the key is its event and itself. */
async function isBlocked(ctx: Context, { key }: UsedThing): Promise<boolean> {
  const [event, property = null] = key.split('\n')
  const { rows } = await sql`
    select from event_definitions where workspace_id = ${ctx.workspaceId} and event = ${event} and ${property}::text is null and state = 'blocked'
    union all
    select from event_properties where workspace_id = ${ctx.workspaceId} and event = ${event} and property = ${property} and state = 'blocked'`.execute(
    ctx.platform.db,
  )
  return rows.length > 0
}
