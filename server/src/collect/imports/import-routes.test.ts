import { readdirSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Import } from '../../../../contracts/imports.ts'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import { cookiesOf } from '../../../test/walk.ts'
import type { Context } from '../../access/index.ts'
import { importsFolder } from './import-file.ts'

let kit: TestKit
let ctx: Context
let base: string
let cookie: string
beforeAll(async () => {
  kit = await startTestKit()
  ctx = await kit.workspace()
  const app = await kit.http()
  await kit.platform.jobs.start()
  await app.listen({ host: '127.0.0.1', port: 0 })
  base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/api/workspaces/${ctx.workspaceId}`
  const [[name, value]] = Object.entries((await cookiesOf(ctx)).cookies) as [[string, string]]
  cookie = `${name}=${value}`
})
afterAll(() => kit.stop())

const call = (method: string, path: string, body?: object | FormData) =>
  fetch(`${base}${path}`, {
    method,
    headers: { cookie, ...(body && !(body instanceof FormData) ? { 'content-type': 'application/json' } : {}) },
    body: body instanceof FormData ? body : body && JSON.stringify(body),
  })

it('takes a file over HTTP, reads it in the background and gives the bad rows back', async () => {
  const form = new FormData()
  form.append('file', new Blob([gzipSync('手机号,城市\n13812345678,上海\n138,北京\n')]), '客户.csv.gz')
  const uploaded = (await (await call('POST', '/imports?target=people', form)).json()) as Import
  expect(uploaded).toMatchObject({ fileName: '客户.csv.gz', state: 'uploaded', columns: [{ suggestion: 'phone' }, { suggestion: 'attribute:city' }] })
  const started = await call('POST', `/imports/${uploaded.id}/start`, { target: 'people', mapping: ['phone', 'attribute:city'] })
  expect(started.status).toBe(200)
  const read = async () => (await (await call('GET', `/imports/${uploaded.id}`)).json()) as Import
  await expect.poll(async () => (await read()).state).toBe('finished')
  expect(await read()).toMatchObject({ rowsGood: 1, rowsBad: 1, peopleNew: 1 })
  const list = (await (await call('GET', '/imports')).json()) as { items: Import[] }
  expect(list.items.map((item) => item.id)).toContain(uploaded.id)
  const bad = await call('GET', `/imports/${uploaded.id}/bad-rows.csv`)
  expect(bad.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(await bad.text()).toContain('138,北京')
  const people = (await (await call('GET', `/people?importId=${uploaded.id}`)).json()) as { items: { phone: string }[]; total: number }
  expect(people).toMatchObject({ items: [{ phone: '138****5678' }], total: 1 })
  const part = async (name: string) =>
    (await (await call('GET', `/people?importId=${uploaded.id}&importPart=${name}`)).json()) as { items: object[]; total: number }
  expect(await part('new')).toMatchObject({ items: [{ phone: '138****5678' }], total: 1 })
  expect(await part('known')).toMatchObject({ items: [], total: 0 })
})

it('answers problems for what is no CSV, and for a form without a file', async () => {
  const form = new FormData()
  form.append('file', new Blob(['PK\u0003\u0004....']), 'book.xlsx')
  const refused = await call('POST', '/imports', form)
  expect([refused.status, ((await refused.json()) as { name: string }).name]).toEqual([400, 'validation'])
  expect((await call('POST', '/imports', new FormData())).status).toBe(400)
})

it('keeps nothing of an upload that breaks off', async () => {
  const files = () => readdirSync(importsFolder(kit.platform)).length
  const before = files()
  const request = http.request(`${base}/imports`, { method: 'POST', headers: { cookie, 'content-type': 'multipart/form-data; boundary=x' } })
  request.on('error', () => undefined)
  request.write(`--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nphone,name\n${'13812345678,甲\n'.repeat(50_000)}`)
  await expect.poll(files).toBe(before + 1)
  request.destroy()
  await expect.poll(files).toBe(before)
})
