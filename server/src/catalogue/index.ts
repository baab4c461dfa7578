export { catalogueHandlers } from './routes.ts'
export { readModelReadiness } from './inventory-row.ts'
export { startCatalogue } from './jobs.ts'
