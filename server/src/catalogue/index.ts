export { startCatalogue } from './jobs.ts'
export { catalogueHandlers } from './routes.ts'
