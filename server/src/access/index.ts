export type { Actor, Context } from './context.ts'
export { systemContext } from './context.ts'
export type { Call, Handler, Handlers, SignedInUser, WriteKeySource } from './handlers.ts'
export { mutate, writeAudit, type AuditEntry } from './mutate.ts'
