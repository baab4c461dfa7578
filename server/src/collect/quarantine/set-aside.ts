import { sql, type RawBuilder } from 'kysely'
import type { Quarantined, QuarantineChoice } from '../../../../contracts/quarantine.ts'
import { notFound } from '../../platform/errors.ts'

/** A thing that was set aside: of the quarantine, or a row of the inbox that a store refused. */
export interface SetAsideRow extends Omit<Quarantined, 'receivedAt'> {
  receivedAt: Date
}

/**
 * Everything of a workspace that was set aside, as a table `set_aside`. Rows of the inbox are grouped by what a store said of them,
 * without the numbers in it.
 */
export function setAside(workspaceId: number): RawBuilder<unknown> {
  return sql`(
    select id, group_key as "group", reason, problem, event, source_id, 1 as items, received_at, body, form
    from quarantine where workspace_id = ${workspaceId}
    union all
    select failed_id, md5(kind || regexp_replace(coalesce(error, ''), '[0-9]+', '#', 'g'))::uuid, 'store',
      jsonb_build_object('at', kind, 'zh', coalesce(error, ''), 'en', coalesce(error, '')), null, source_id, item_count, received_at, body, 'inbox'
    from inbox where workspace_id = ${workspaceId} and failed_at is not null and failed_id is not null) as set_aside`
}

/** Narrows to what was chosen. */
export function chosen(choice: Pick<QuarantineChoice, 'ids' | 'group'>): RawBuilder<boolean> {
  if (choice.ids !== undefined) return sql`id = any(${choice.ids}::uuid[])`
  if (choice.group !== undefined) return sql`"group" = ${choice.group}::uuid`
  return sql`true`
}

export function quarantinedNotFound() {
  return notFound({ zh: '隔离数据', en: 'quarantined message' })
}
