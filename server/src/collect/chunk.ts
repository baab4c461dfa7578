export type InboxKind = 'tracking' | 'import' | 'message' | 'callback'

/** A row of the inbox as it was claimed. */
export interface ChunkRow {
  id: number
  sourceId: string | null
  originId: string | null
  receivedAt: Date
  body: Buffer
}

/** A fixed set of inbox rows of one workspace and kind, leased to one worker. */
export interface Chunk {
  id: number
  workspaceId: number
  kind: InboxKind
  /** `resolved`: its people are written; only the warehouse is left. */
  state: 'claimed' | 'resolved'
  /** Who leased it; what is done under a lease that was lost is refused. */
  leaseOwner: string
  failures: number
  splitFrom: number | null
  /** Oldest first. */
  rows: ChunkRow[]
}

/** The chunk whose message ids these are: a part of a split chunk goes on under the first one's. */
export function keyOwner(chunk: Pick<Chunk, 'id' | 'splitFrom'>): number {
  return chunk.splitFrom ?? chunk.id
}
