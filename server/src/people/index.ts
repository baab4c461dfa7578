export { namespaceHandlers } from './namespaces/handlers.ts'
export type { NamespaceRules } from './namespaces/namespace-rules.ts'
export { createNamespace } from './namespaces/save-namespace.ts'
export { readNamespaces } from './namespaces/read-namespaces.ts'
export { listAttributeDefinitions } from './attributes/attribute-row.ts'
export { readFreshness } from './attributes/attribute-freshness.ts'
export { changeAttributeType, previewAttributeType } from './attributes/attribute-type.ts'
export { defineAttribute, updateAttribute } from './attributes/define-attribute.ts'
export { maskPersonal, nameMask, personalAttributes, withoutPersonal } from './attributes/personal-data.ts'
export { restoreAttribute, retireAttribute } from './attributes/retire-attribute.ts'
export { attributeLabel } from './attribute-labels.ts'
export { attributeLengthMax, coerceAttribute, isRejection, readBoolean } from './coerce-attribute.ts'
export { ChangeJournal } from './change-journal.ts'
export { copyRows } from './copy-rows.ts'
export { takeBack, type PersonSayings } from './take-back.ts'
export { previewPeople, type ItemPreview } from './preview-people.ts'
export { readPersonNames } from './read-person-names.ts'
export { tabulateIdentities, type IdentityTable, type NamedItem } from './identity-table.ts'
export { startPeople } from './jobs.ts'
export { maskAddress } from './mask-addresses.ts'
export { maskEmail, maskPhone } from './mask.ts'
export { maskAddresses } from './mask-addresses.ts'
export { warehouseTime } from './mirror-line.ts'
export { allIdsOf, canonicalPerson, currentPersonId, plainPerson, type PersonColumn } from './merging/aliases.ts'
export { mergePeople } from './merging/merge-people.ts'
export { lockResolving } from './merging/resolve-lock.ts'
export { oneIdHandlers } from './merging/handlers.ts'
export { registerPersonTable, type PersonTable } from './merging/person-tables.ts'
export { registerLayerModels, registerListedTags, type ShownLayerModel } from './listed-parts.ts'
export { LineBuffers } from './line-buffers.ts'
export { mirrorLinesOf } from './mirror-people.ts'
export { cleanText, damagedNumber, isNobody, normaliseEmail, normalisePhone } from './normalise.ts'
export { parseNumber, readNumber } from './parse-number.ts'
export type { AttributeData, AttributeScalar } from './person-draft.ts'
export { originNumber } from './attribute-origins.ts'
export { propertyMask, type MaskProperties } from './personal-properties.ts'
export { personVariables } from './person-variables.ts'
export { registerPopulation, type PopulationResolver } from './population.ts'
export { recordConsents } from './record-consents.ts'
export { findPeople, resolvePeople, type Resolution } from './resolve-people.ts'
export { peopleHandlers } from './routes.ts'
export { reservedAttributes } from './update-person.ts'
export { countPeople } from './count-people.ts'
export { listPeople } from './list-people.ts'
export { pagePersonIds } from './page-person-ids.ts'
export { runnerOf } from './query-runner.ts'
export {
  describeUsers,
  propertyKey,
  readUses,
  listUsables,
  registerUsables,
  registerUsage,
  usersOf,
  type Usable,
  type Use,
  type UsedThing,
  type User,
} from './usage.ts'
