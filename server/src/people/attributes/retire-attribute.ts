import { sql } from 'kysely'
import type { AttributeDefinition } from '../../../../contracts/catalogue.ts'
import { mutate, type Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import { describeUsers, usersOf } from '../usage.ts'
import { readAttributeDefinition } from './attribute-row.ts'
import { makeRow } from './define-attribute.ts'

/** Hides an attribute from pickers; its values stay and go on coming in. @throws `precondition` that names what uses it, unless that is confirmed */
export async function retireAttribute(ctx: Context, { key, confirmUsed }: { key: string; confirmUsed: boolean }): Promise<AttributeDefinition> {
  if (!confirmUsed) await refuseUsed(ctx, key)
  return setRetired(ctx, { key, action: 'attribute.retire', at: ctx.platform.clock.now() })
}

/** Brings a retired attribute back into pickers. */
export async function restoreAttribute(ctx: Context, key: string): Promise<AttributeDefinition> {
  return setRetired(ctx, { key, action: 'attribute.restore', at: null })
}

/** @throws `precondition` that names what uses the attribute */
export async function refuseUsed(ctx: Context, key: string): Promise<void> {
  const users = await usersOf(ctx, { kind: 'attribute', key })
  if (users.length === 0) return
  const { zh, en } = describeUsers(users)
  throw new AppError('precondition', {
    zh: `属性「${key}」正被使用：${zh}。请先在那里换掉它，或确认后继续`,
    en: `The attribute “${key}” is used by ${en}; change that first, or confirm`,
  })
}

async function setRetired(ctx: Context, { key, action, at }: { key: string; action: string; at: Date | null }): Promise<AttributeDefinition> {
  const attribute = await readAttributeDefinition(ctx, key)
  await mutate(ctx, { action, targetKind: 'attribute', targetId: key }, async (tx) => {
    await makeRow(tx, ctx, attribute)
    await sql`update attributes set retired_at = ${at} where workspace_id = ${ctx.workspaceId} and key = ${key}`.execute(tx)
  })
  return readAttributeDefinition(ctx, key)
}
