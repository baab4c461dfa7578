import { rfmClasses } from '../../../contracts/layer-definitions.ts'
import type { LocaleText } from '../../../contracts/common.ts'
import type { PersonRow } from '../../../contracts/people.ts'
import type { Vault } from '../platform/vault/vaults.ts'
import { maskEmail, maskPhone } from './mask.ts'
import type { PersonActivity } from './read-activity.ts'

/** A row of `people` as lists read it. */
export interface StoredPerson {
  id: number
  attributes: Record<string, string | number | boolean>
  sealed_phone: Buffer | null
  sealed_email: Buffer | null
  member_no: string | null
  created_at: Date
  updated_at: Date
}

/** A person as lists show it: phone and e-mail masked. */
export function toPersonRow(vault: Vault, person: StoredPerson, activity: PersonActivity | undefined): PersonRow {
  const { attributes } = person
  return {
    personId: person.id,
    name: shown(attributes['name']),
    phone: person.sealed_phone ? maskPhone(vault.open(person.sealed_phone)) : null,
    email: person.sealed_email ? maskEmail(vault.open(person.sealed_email)) : null,
    memberNo: person.member_no,
    city: shown(attributes['city']),
    gender: shown(attributes['gender']),
    createdAt: person.created_at.toISOString(),
    updatedAt: person.updated_at.toISOString(),
    orders: activity?.orders ?? 0,
    amountFen: activity?.amountFen ?? 0,
    lastOrderAt: instant(activity?.lastOrderMs ?? null),
    layer: activity?.layer ? layerLabel(activity.layer) : null,
  }
}

export function instant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

/** The words of a layer; its name when it is none of the known classes. */
export function layerLabel(name: string): LocaleText {
  return rfmClasses.find((known) => known.name === name)?.label ?? { zh: name, en: name }
}

function shown(value: string | number | boolean | undefined): string | null {
  return value === undefined ? null : String(value)
}
