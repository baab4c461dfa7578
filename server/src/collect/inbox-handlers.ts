import type { Platform } from '../platform/platform.ts'

/** A row of the inbox as a registered handler gets it. */
export interface InboxRow {
  id: number
  sourceId: string | null
  originId: string | null
  receivedAt: Date
  items: readonly unknown[]
}

/**
 * Takes the rows of one workspace and kind. They leave the inbox when it returns and come again when it throws, or after a crash:
 * it must be idempotent.
 */
export type InboxHandler = (platform: Platform, workspaceId: number, rows: readonly InboxRow[]) => Promise<void>

/** What a finished chunk was, for whoever reacts to new data. */
export interface ChunkDone {
  workspaceId: number
  kind: string
  items: number
  peopleChanged: number
  eventsWritten: number
  /** The people it was about, and the names of their events: ids and names only. */
  personIds: ReadonlySet<number>
  events: ReadonlySet<string>
  /** When its rows came in. */
  receivedAt: readonly Date[]
}

export type ChunkListener = (platform: Platform, chunk: ChunkDone) => void

const handlers = new Map<string, InboxHandler>()
const listeners = new Set<ChunkListener>()

/** Hands the rows of a kind to a capability that comes later in the line; nobody imports upwards. Registering again replaces. */
export function registerInboxHandler(kind: 'callback', handler: InboxHandler): void {
  handlers.set(kind, handler)
}

export function inboxHandlerOf(kind: string): InboxHandler | undefined {
  return handlers.get(kind)
}

/** Calls `listener` after every chunk whose effects are in both stores. It must not throw or block. Answers how to stop listening. */
export function onChunkDone(listener: ChunkListener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function announceChunkDone(platform: Platform, chunk: ChunkDone): void {
  for (const listener of listeners) listener(platform, chunk)
}
