import type { QueryRunner } from '../query-runner.ts'

/** First key of the advisory locks that let one batch of a workspace at a time decide who is who. */
const resolveLock = 0x4f4e4549

/** Holds back, until the transaction ends, everybody else who decides who is who in the workspace. Taking it again in one transaction is no wait. */
export async function lockResolving(runner: QueryRunner, workspaceId: number): Promise<void> {
  await runner.query({ name: 'people-resolve-lock', text: 'select pg_advisory_xact_lock($1, $2)', values: [resolveLock, workspaceId] })
}
