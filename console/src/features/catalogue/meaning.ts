import { attributeFormats, formatTypes, type AttributeFormat } from '../../../../contracts/catalogue.ts'
import type { AttributeType } from '../../../../contracts/people.ts'

/** What a value means, as people choose it: a type, or a format that has one. */
export type Meaning = AttributeType | AttributeFormat

export function typeOf(meaning: Meaning): { type: AttributeType; format: AttributeFormat | null } {
  const format = attributeFormats.find((one) => one === meaning) ?? null
  return { format, type: format ? formatTypes[format] : (meaning as AttributeType) }
}
