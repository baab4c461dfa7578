export { applyTags, type TagBatch, type TagEntry, type TagsApplied } from './apply-tags.ts'
export { startTags } from './jobs.ts'
export { tagHandlers } from './routes.ts'
export { undoTags, type TagUndo } from './undo-tags.ts'
