import type { ResultItem } from '../../../../contracts/connector-trials.ts'
import { maskAddresses } from '../../people/index.ts'
import type { MappedItem } from '../mapping/apply-mapping.ts'

/** A mapped item for people to read; with `masked`, phones and e-mail addresses in it are. */
export function shownItem({ item, rule, keyText, version }: MappedItem, { masked }: { masked: boolean }): ResultItem {
  const shown = <Value>(value: Value): Value => (masked ? (maskAddresses(value) as Value) : value)
  return {
    type: item.type,
    rule,
    identities: item.identities.map(([namespace, value]) => ({ namespace, value: shown(value) })),
    event: item.event ?? null,
    time: new Date(item.timeMs).toISOString(),
    amountFen: item.amountFen ?? null,
    attributes: shown(item.traits ?? {}),
    properties: shown(item.properties ?? {}),
    key: keyText,
    version: version?.value ?? null,
  }
}
