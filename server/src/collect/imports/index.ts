export { registerCampaignHistory } from './campaign-history.ts'
export { importHandlers } from './handlers.ts'
export { settleImportItems, type ImportOutcome } from './settle-import-items.ts'
export { startImports } from './jobs.ts'
