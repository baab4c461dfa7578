import { z } from 'zod'

/** Text in both languages of the console. */
export const LocaleText = z.object({ zh: z.string(), en: z.string() })
export type LocaleText = z.infer<typeof LocaleText>

export const Locale = z.enum(['zh', 'en'])
export type Locale = z.infer<typeof Locale>

/** ISO 8601 instant in UTC, e.g. `2026-01-02T03:04:05.000Z`. */
export const Instant = z.iso.datetime({ offset: true })

/** Money in integer fen (1/100 yuan). */
export const Fen = z.int()

export const Uuid = z.uuid()
export const WorkspaceId = z.coerce.number().int().positive()
export const PersonId = z.coerce.number().int().positive()

/** Path parameters of every route inside a workspace. */
export const WorkspaceParams = z.object({ workspaceId: WorkspaceId })
export const WorkspaceUuidParams = WorkspaceParams.extend({ id: Uuid })
export const WorkspacePersonParams = WorkspaceParams.extend({ personId: PersonId })

/** Keyset paging: pass `cursor` from the previous answer; absent `nextCursor` means the end. */
export const PageQuery = z.object({
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/** A page of `item`, newest first unless the route says otherwise. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().optional() })
}

export const Done = z.object({ done: z.literal(true) })
