import type { ResultItem } from '../../../../contracts/connectors.ts'
import type { MappedItem } from '../mapping/apply-mapping.ts'

/** A mapped item for people to read. */
export function shownItem({ item, rule, keyText, version }: MappedItem): ResultItem {
  return {
    type: item.type,
    rule,
    identities: item.identities.map(([namespace, value]) => ({ namespace, value })),
    event: item.event ?? null,
    time: new Date(item.timeMs).toISOString(),
    amountFen: item.amountFen ?? null,
    attributes: item.traits ?? {},
    properties: item.properties ?? {},
    key: keyText,
    version: version?.value ?? null,
  }
}
