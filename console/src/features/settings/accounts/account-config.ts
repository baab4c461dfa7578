import type { Account, ConfigField } from '../../../../../contracts/channels.ts'

type Value = string | number | boolean
export type FormConfig = Record<string, Value | null | undefined>

/** What the form starts with: saved values, else defaults. Secrets start empty; the server never sends them. */
export function formConfigOf(fields: readonly ConfigField[], saved: Account['config']): FormConfig {
  return Object.fromEntries(fields.map((field) => [field.key, field.kind === 'secret' ? undefined : (saved[field.key] ?? field.default)]))
}

/** What the form sends: an empty secret is left out, so that the saved one stays; empty optional fields are left out too. */
export function configOf(fields: readonly ConfigField[], form: FormConfig): Record<string, Value> {
  const config: Record<string, Value> = {}
  for (const { key } of fields) {
    const value = form[key]
    if (value !== undefined && value !== null && value !== '') config[key] = value
  }
  return config
}
