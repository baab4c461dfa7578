export { startConnectors } from './jobs.ts'
export { connectorsHandlers } from './routes.ts'
