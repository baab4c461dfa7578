import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { Pool } from 'undici'
import { hashSecret } from '../../server/src/access/index.ts'
import type { RunningProduct } from './product.ts'

/** Asks for a path of the workspace: `GET`, or `POST` where there is a body. Throws for every answer but 200. */
export type Ask = (path: string, body?: object) => Promise<unknown>

/** Asks the product over HTTP with an API key that may read people and audiences, on connections that stay open. */
export async function asker({ ctx, platform, url }: RunningProduct): Promise<Ask> {
  const secret = `hy_${randomBytes(24).toString('base64url')}`
  await sql`insert into api_keys (workspace_id, name, prefix, secret_hash, permissions)
    values (${ctx.workspaceId}, 'bench', 'hy_bench', ${hashSecret(secret)}, ${['people.read', 'audience.read']}::text[])`.execute(platform.db)
  const pool = new Pool(url, { connections: 8 })
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
  return async (path, given) => {
    const { statusCode, body } = await pool.request({
      method: given === undefined ? 'GET' : 'POST',
      path: `/api/workspaces/${ctx.workspaceId}${path}`,
      headers,
      ...(given !== undefined && { body: JSON.stringify(given) }),
    })
    if (statusCode !== 200) throw new Error(`${path}: ${statusCode} ${await body.text()}`)
    return body.json()
  }
}
