import { expect, it } from 'vitest'
import type { ConfigField } from '../../../../../contracts/channels.ts'
import { configOf, formConfigOf } from './account-config.ts'

const label = { zh: '', en: '' }
const fields: ConfigField[] = [
  { key: 'host', label, kind: 'text', required: true },
  { key: 'port', label, kind: 'number', required: true, default: 2775 },
  { key: 'password', label, kind: 'secret', required: true },
  { key: 'tls', label, kind: 'boolean', required: false, default: false },
]

it('never shows a secret and fills defaults', () => {
  expect(formConfigOf(fields, { host: 'sms.example.com', password: '•••' })).toEqual({ host: 'sms.example.com', port: 2775, password: undefined, tls: false })
})

it('leaves an untouched secret out, so that the saved one stays', () => {
  expect(configOf(fields, { host: 'sms.example.com', port: 2775, password: '', tls: false })).toEqual({ host: 'sms.example.com', port: 2775, tls: false })
})

it('sends a new secret', () => {
  expect(configOf(fields, { password: 'new' })).toEqual({ password: 'new' })
})
