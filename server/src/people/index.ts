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
export { attributeLabel } from './attributes/attribute-labels.ts'
export { attributeLengthMax, coerceAttribute, isRejection, readBoolean } from './record/coerce-attribute.ts'
export { ChangeJournal } from './resolving/change-journal.ts'
export { copyRows } from './copy-rows.ts'
export { takeBack, type PersonSayings } from './resolving/take-back.ts'
export { previewPeople, type ItemPreview } from './resolving/preview-people.ts'
export { readPersonNames } from './profile/read-person-names.ts'
export { tabulateIdentities, type IdentityTable, type NamedItem } from './resolving/identity-table.ts'
export { startPeople } from './jobs.ts'
export { maskAddress } from './masking/mask-addresses.ts'
export { maskEmail, maskPhone } from './masking/mask.ts'
export { maskAddresses } from './masking/mask-addresses.ts'
export { warehouseTime } from './mirror/mirror-line.ts'
export { allIdsOf, canonicalPerson, currentPersonId, plainPerson, type PersonColumn } from './merging/aliases.ts'
export { mergePeople } from './merging/merge-people.ts'
export { lockResolving } from './merging/resolve-lock.ts'
export { oneIdHandlers } from './merging/handlers.ts'
export { registerPersonTable, type PersonTable } from './merging/person-tables.ts'
export { registerLayerModels, registerListedTags, type ShownLayerModel } from './listing/listed-parts.ts'
export { LineBuffers } from './line-buffers.ts'
export { mirrorLinesOf } from './mirror/mirror-people.ts'
export { cleanText, damagedNumber, isNobody, normaliseEmail, normalisePhone } from './record/normalise.ts'
export { parseNumber, readNumber } from './record/parse-number.ts'
export type { AttributeData, AttributeScalar } from './record/person-draft.ts'
export { originNumber } from './record/attribute-origins.ts'
export { propertyMask, type MaskProperties } from './masking/personal-properties.ts'
export { personVariables } from './profile/person-variables.ts'
export { registerPopulation, type PopulationResolver } from './listing/population.ts'
export { recordConsents } from './record/record-consents.ts'
export { findPeople, resolvePeople, type Resolution } from './resolving/resolve-people.ts'
export { peopleHandlers } from './routes.ts'
export { reservedAttributes } from './profile/update-person.ts'
export { countPeople } from './listing/count-people.ts'
export { listPeople } from './listing/list-people.ts'
export { pagePersonIds } from './listing/page-person-ids.ts'
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
