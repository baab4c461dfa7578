import type { CursorState } from './cursor.ts'

/** Rows of a pull that go into the inbox together. */
export interface PullBatch {
  rows: unknown[]
  /** Rows read before. */
  skipped: number
  /** SQL: where to go on once these rows are in. */
  cursor: CursorState | null
  /** HTTP: where this run goes on, and where the next one starts once this run has come to its end. */
  position: HttpPosition | null
}

export interface HttpPosition {
  next: string | number | null
  furthest: string | null
  read: number
}
