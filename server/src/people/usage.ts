import type { LocaleText } from '../../../contracts/common.ts'
import type { Context } from '../access/index.ts'

/** What can be used by something else and so cannot go away unnoticed. A property's key is `event` and property with a line break between. */
export interface UsedThing {
  kind: 'attribute' | 'event' | 'property' | 'tag' | 'namespace' | 'segment' | 'layerModel' | 'campaign' | 'template'
  key: string
}

/** Whatever uses something: its name as people know it, and where it is found. */
export interface User {
  kind: 'segment' | 'layerModel' | 'template' | 'campaign' | 'connector' | 'importMapping' | 'tag' | 'mainLayers' | 'lookalike'
  id: string
  name: string
}

export interface Use {
  of: UsedThing
  by: User
}

/** Everything that one kind of user uses in a workspace: read in a few statements, as many as there are definitions, not people. */
export type UsageReader = (ctx: Context) => Promise<Use[]>

const readers = new Map<string, UsageReader>()

/** Called once at start by every capability whose things use attributes, events, tags or namespaces. Registering a name again replaces. */
export function registerUsage(name: string, reader: UsageReader): void {
  readers.set(name, reader)
}

/** All uses in the workspace, by everything that registered. */
export async function readUses(ctx: Context): Promise<Use[]> {
  return (await Promise.all(Array.from(readers.values(), (reader) => reader(ctx)))).flat()
}

/** What uses a thing, each user once. */
export async function usersOf(ctx: Context, thing: UsedThing): Promise<User[]> {
  const found = new Map<string, User>()
  for (const { of, by } of await readUses(ctx)) if (of.kind === thing.kind && of.key === thing.key) found.set(`${by.kind} ${by.id}`, by)
  return [...found.values()]
}

/** Something that can be used, as the page on usage lists it. */
export interface Usable {
  kind: Exclude<UsedThing['kind'], 'property' | 'campaign'>
  key: string
  label: LocaleText
  /** When data last came for it, or it was last changed. */
  lastSeenAt: Date | null
  people: number | null
  retired: boolean
}

export type UsableLister = (ctx: Context) => Promise<Usable[]>

const listers = new Map<string, UsableLister>()

/** Called once at start by the capabilities whose things can be used by others. Registering a name again replaces. */
export function registerUsables(name: string, lister: UsableLister): void {
  listers.set(name, lister)
}

/** Everything in the workspace that can be used. */
export async function listUsables(ctx: Context): Promise<Usable[]> {
  return (await Promise.all(Array.from(listers.values(), (lister) => lister(ctx)))).flat()
}

/** The key of an event's property among used things. */
export function propertyKey(event: string, property: string): string {
  return `${event}\n${property}`
}

const nouns: Record<User['kind'], LocaleText> = {
  segment: { zh: '分群', en: 'segment' },
  layerModel: { zh: '分层模型', en: 'layer model' },
  template: { zh: '模板', en: 'template' },
  campaign: { zh: '活动', en: 'campaign' },
  connector: { zh: '连接器', en: 'connector' },
  importMapping: { zh: '导入映射', en: 'import mapping' },
  tag: { zh: '标签', en: 'tag' },
  mainLayers: { zh: '主分层', en: 'main layers' },
  lookalike: { zh: '相似人群', en: 'lookalike' },
}
const namedMax = 5

/** Users in words, for a refusal: 分群「沉睡」、活动「春季」. */
export function describeUsers(users: readonly User[]): LocaleText {
  const named = users.slice(0, namedMax)
  const more = users.length - named.length
  return {
    zh: `${named.map(({ kind, name }) => `${nouns[kind].zh}「${name}」`).join('、')}${more > 0 ? `等 ${users.length} 处` : ''}`,
    en: `${named.map(({ kind, name }) => `${nouns[kind].en} “${name}”`).join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
  }
}
