import type { PersonLayer, PersonRow } from '../../../../contracts/people.ts'
import type { Vault } from '../../platform/vault/vaults.ts'
import { maskEmail, maskPhone } from '../masking/mask.ts'
import type { AttributeData } from '../record/person-draft.ts'
import type { PersonActivity, PersonPlace } from './read-activity.ts'

/** A row of `people` as lists read it. */
export interface StoredPerson {
  id: number
  attributes: Record<string, AttributeData>
  sealed_phone: Buffer | null
  sealed_email: Buffer | null
  member_no: string | null
  created_at: Date
  updated_at: Date
}

/** A person as lists show it: phone and e-mail masked. */
export function toPersonRow(vault: Vault, person: StoredPerson, activity: PersonActivity | undefined): PersonRow {
  const { attributes } = person
  const main = activity?.places.find(({ model }) => model.isMain)
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
    layer: main ? personLayer(main) : null,
  }
}

export function instant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

/** A layer by its name and colour; one that the model has no more by its key. */
export function personLayer({ model, layer }: PersonPlace): PersonLayer {
  const { label = { zh: layer, en: layer }, colour = 'grey' } = model.layers.get(layer) ?? {}
  return { modelId: model.id, model: model.name, layer, label, colour }
}

function shown(value: AttributeData | undefined): string | null {
  return value === undefined ? null : String(value)
}
