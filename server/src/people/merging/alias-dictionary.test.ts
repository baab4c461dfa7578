import { expect, it } from 'vitest'
import { dictionaryForUser } from './alias-dictionary.ts'

it('keeps the dictionary of the migration for a server without a password', () => {
  expect(dictionaryForUser('http://localhost:8123/hongyan')).toBeNull()
  expect(dictionaryForUser('http://default@localhost:8123')).toBeNull()
})

it("reads the view as the address's user, whatever stands in the password", () => {
  expect(dictionaryForUser('https://hong:p%27a%5Css@db:8443/hongyan')).toContain(String.raw`clickhouse(user 'hong' password 'p\'a\\ss' table 'person_shifts')`)
  expect(dictionaryForUser('http://default:geheim@db:8123/x')).toContain(`user 'default' password 'geheim'`)
})
