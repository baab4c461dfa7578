import type access from '../locales/zh/access.json'
import type audience from '../locales/zh/audience.json'
import type campaigns from '../locales/zh/campaigns.json'
import type catalogue from '../locales/zh/catalogue.json'
import type common from '../locales/zh/common.json'
import type connectors from '../locales/zh/connectors.json'
import type content from '../locales/zh/content.json'
import type data from '../locales/zh/data.json'
import type insight from '../locales/zh/insight.json'
import type lookalike from '../locales/zh/lookalike.json'
import type layers from '../locales/zh/layers.json'
import type oneId from '../locales/zh/one-id.json'
import type overview from '../locales/zh/overview.json'
import type people from '../locales/zh/people.json'
import type segments from '../locales/zh/segments.json'
import type tags from '../locales/zh/tags.json'
import type settings from '../locales/zh/settings.json'

/** The Chinese texts are the truth of which keys exist; `locales.test.ts` holds English to them. */
export interface Texts {
  access: typeof access
  audience: typeof audience
  campaigns: typeof campaigns
  catalogue: typeof catalogue
  common: typeof common
  connectors: typeof connectors
  content: typeof content
  data: typeof data
  insight: typeof insight
  layers: typeof layers
  lookalike: typeof lookalike
  'one-id': typeof oneId
  overview: typeof overview
  people: typeof people
  segments: typeof segments
  settings: typeof settings
  tags: typeof tags
}
export type Namespace = keyof Texts

type WithoutPlural<Key extends string> = Key extends `${infer Stem}_${'one' | 'other'}` ? Stem : Key
type Leaves<Tree> = {
  [Key in keyof Tree & string]: Tree[Key] extends string ? WithoutPlural<Key> : `${Key}.${Leaves<Tree[Key]>}`
}[keyof Tree & string]

/** A key of one feature's texts, e.g. `imports.title`. */
export type TextKey<Name extends Namespace> = Leaves<Texts[Name]>
/** A key with its feature, e.g. `data:imports.title`. */
export type AnyTextKey = { [Name in Namespace]: `${Name}:${TextKey<Name>}` }[Namespace]
