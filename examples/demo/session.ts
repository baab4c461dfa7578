import { openAsBlob } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { api } from '../../contracts/api.ts'
import { createClient, type Client } from '../../contracts/client.ts'
import type { ImportTarget } from '../../contracts/import-setup.ts'
import type { Import } from '../../contracts/imports.ts'

export interface SessionOptions {
  /** Where the running server listens, e.g. `http://127.0.0.1:3900`. */
  baseUrl: string
  email: string
  password: string
  workspaceId: number
  progress: (text: string) => void
}

/** Somebody who is signed in and works in one workspace. */
export interface Session {
  client: Client
  headers: Record<string, string>
  workspaceId: number
  baseUrl: string
  progress: (text: string) => void
}

export async function signIn({ baseUrl, email, password, workspaceId, progress }: SessionOptions): Promise<Session> {
  const answer = await fetch(`${baseUrl}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: baseUrl },
    body: JSON.stringify({ email, password }),
  })
  if (!answer.ok) throw new Error(`demo: sign-in failed with ${answer.status}`)
  const cookie = answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')
  const headers = { cookie, origin: baseUrl }
  return { client: createClient({ baseUrl, headers: () => headers }), headers, workspaceId, baseUrl, progress }
}

export interface FileImport {
  target: ImportTarget
  options?: Import['options']
  /** Columns, by their headers, that the suggestion is put right for. */
  fields?: Readonly<Record<string, string>>
  /** The mapping is saved under this name. */
  saveAs?: string
}

/** Uploads a file, maps it as suggested but for `fields`, and waits until everything is in. */
export async function importFile(session: Session, file: string, { target, options = {}, fields = {}, saveAs }: FileImport): Promise<void> {
  const { client, workspaceId, progress } = session
  const name = path.basename(file)
  const form = new FormData()
  form.append('file', await openAsBlob(file), name)
  const upload = await fetch(`${session.baseUrl}/api/workspaces/${workspaceId}/imports?target=${target}`, {
    method: 'POST',
    headers: session.headers,
    body: form,
  })
  if (!upload.ok) throw new Error(`demo: upload of ${name} failed with ${upload.status} ${await upload.text()}`)
  const { id } = (await upload.json()) as Import
  const params = { workspaceId, id }
  const suggested = await client.call(api.imports.suggestMapping, { params, query: { target } })
  const mapping = suggested.columns.map(({ header }, index) => fields[header] ?? suggested.mapping[index] ?? '')
  await client.call(api.imports.startImport, { params, body: { target, mapping, options } })
  if (saveAs !== undefined)
    await client.call(api.imports.saveImportMapping, { params: { workspaceId }, body: { importId: id, name: saveAs, target, mapping, options } })
  for (;;) {
    const state = await client.call(api.imports.readImport, { params })
    progress(`${name}: ${state.rowsRead.toLocaleString('en')} / ${state.estimatedRows.toLocaleString('en')}`)
    if (state.state === 'finished') return
    if (state.state === 'failed' || state.state === 'cancelled') throw new Error(`demo: import of ${name} ${state.state}: ${state.error?.en ?? ''}`)
    await sleep(400)
  }
}
