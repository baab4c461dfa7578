export { appendToInbox, type InboxAppend } from './append-to-inbox.ts'
export type { IncomingItem, KnownEvent } from './inbox-item.ts'
export { onChunkDone, registerInboxHandler, type ChunkDone, type InboxHandler, type InboxRow } from './inbox-handlers.ts'
