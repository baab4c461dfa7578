export { workspacesHandlers } from './routes.ts'
export { readContactPolicy, workspaceTimezone } from './workspace-settings.ts'
