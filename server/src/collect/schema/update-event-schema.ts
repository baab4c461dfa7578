import { sql } from 'kysely'
import type { z } from 'zod'
import { messageEvents } from '../../../../contracts/collect.ts'
import type { EventDetail, PropertyType, SchemaState, ViolationRule } from '../../../../contracts/event-schemas.ts'
import type { LocaleText } from '../../../../contracts/common.ts'
import { FieldKey } from '../../../../contracts/rule.ts'
import { mutate, type Context } from '../../access/index.ts'
import { AppError, notFound } from '../../platform/errors.ts'
import { forgetDoorRules } from '../door/door-rules.ts'
import { eventNotFound, readEventSchema } from './read-event-schema.ts'

interface EventChange {
  label?: LocaleText | undefined
  description?: string | undefined
  state?: SchemaState | undefined
  onViolation?: ViolationRule | undefined
}

const ownEvents = new Set<string>([...messageEvents, 'Control Assigned'])

/** Names, describes, hides or blocks an event. Throws `not-found`, and `precondition` for blocking what the product writes itself. */
export async function updateEventSchema(ctx: Context, event: string, change: EventChange): Promise<z.input<typeof EventDetail>> {
  if (change.state === 'blocked' && ownEvents.has(event))
    throw new AppError('precondition', {
      zh: '这是系统写入的事件，不能拦截；可以隐藏',
      en: 'The product writes this event itself; it cannot be blocked, only hidden',
    })
  await mutate(ctx, { action: 'event.update', targetKind: 'event', targetId: event, detail: { ...change } }, async (tx) => {
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
  const entry = { action: 'event.updateProperty', targetKind: 'event', targetId: event, detail: { key, ...change } }
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
