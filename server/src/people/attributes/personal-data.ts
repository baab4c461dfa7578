import { sql } from 'kysely'
import type { Platform } from '../../platform/platform.ts'

/** Keys of the attributes of a workspace that hold personal data: nobody sees their values whole without the permission to reveal. */
export async function personalAttributes({ platform, workspaceId }: { platform: Platform; workspaceId: number }): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ key: string }>`select key from attributes where workspace_id = ${workspaceId} and is_pii`.execute(platform.db)
  return new Set(rows.map((row) => row.key))
}

/** Personal data as anybody may see it: the first character, so that two people can be told apart, and nothing of short or other values. */
export function maskPersonal(value: unknown): string {
  if (typeof value !== 'string') return '***'
  const [first = ''] = value.trim()
  return value.trim().length < 2 ? '***' : `${first}***`
}

/** How names of people are shown where they are only mentioned: masked where the name is personal data. */
export async function nameMask(of: { platform: Platform; workspaceId: number }): Promise<(name: string | null) => string | null> {
  const isPersonal = (await personalAttributes(of)).has('name')
  return (name) => (isPersonal && name !== null ? maskPersonal(name) : name)
}

/** Attributes with personal data masked; the same object when there is none. */
export function withoutPersonal<Value>(attributes: Readonly<Record<string, Value>>, personal: ReadonlySet<string>): Record<string, Value | string> {
  if (personal.size === 0) return attributes
  return Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, personal.has(key) ? maskPersonal(value) : value]))
}

/** Keys of the attributes that a person's page keeps back until all are asked for, and of the retired ones. */
export async function hiddenAttributes({ platform, workspaceId }: { platform: Platform; workspaceId: number }): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ key: string }>`
    select key from attributes where workspace_id = ${workspaceId} and (not visible or retired_at is not null)`.execute(platform.db)
  return new Set(rows.map((row) => row.key))
}
