import { tagLimits } from '../../../../../contracts/tags.ts'
import { systemContext, type Context } from '../../../access/index.ts'
import { AppError } from '../../../platform/errors.ts'
import { createTag, readTagDefinitions } from '../../../tags/index.ts'
import type { LocaleText } from '../../../../../contracts/common.ts'
import type { NamedTag } from './parse-tags.ts'

interface KnownTag {
  id: string
  name: string
  kind: 'flag' | 'value'
  values: ReadonlySet<string>
}

const nameLengthMax = 40
/** A column with more new names than this is not a column of tags. */
const newTagsMax = 200

/** The tags of a workspace as rows of a file name them. */
export class KnownTags {
  readonly #byName = new Map<string, KnownTag>()
  readonly #byId = new Map<string, KnownTag>()
  readonly #create: boolean
  /** Names that the rows read so far would create, with whether they come with values. */
  readonly wanted = new Map<string, { name: string; kind: 'flag' | 'value' }>()

  private constructor(create: boolean) {
    this.#create = create
  }

  static async read(ctx: Context, { create }: { create: boolean }): Promise<KnownTags> {
    const known = new KnownTags(create)
    await known.#readAll(ctx)
    return known
  }

  /** Whether a tag can be given as it is named; what is wrong when it cannot. A name that will be created is fine. */
  check({ name, value }: NamedTag): LocaleText | null {
    const tag = this.#byName.get(name.toLowerCase())
    if (tag) return checkValue(tag, value)
    if (!this.#create)
      return {
        zh: `没有「${name.slice(0, 40)}」这个标签，请先创建，或在导入选项里允许新建标签`,
        en: `There is no tag "${name.slice(0, 40)}"; create it first, or allow new tags in the options`,
      }
    if (name.length > nameLengthMax)
      return { zh: `标签名「${name.slice(0, 20)}…」超过 ${nameLengthMax} 个字符`, en: `The name of a tag is longer than ${nameLengthMax} characters` }
    const kind = value === '' ? 'flag' : 'value'
    const wanted = this.wanted.get(name.toLowerCase())
    if (wanted && wanted.kind !== kind)
      return { zh: `标签「${name}」有的行带值、有的行不带`, en: `Tag "${name}" comes with a value in some rows and without in others` }
    if (value.length > tagLimits.valueLengthMax) return longValue
    this.wanted.set(name.toLowerCase(), { name, kind })
    return null
  }

  checkId(id: string, value: string): LocaleText | null {
    const tag = this.#byId.get(id.toLowerCase())
    return tag ? checkValue(tag, value) : { zh: '标签不存在，可能已被删除', en: 'The tag does not exist; it may have been deleted' }
  }

  isFlag(id: string): boolean {
    return this.#byId.get(id.toLowerCase())?.kind === 'flag'
  }

  idOf(name: string): string | null {
    return this.#byName.get(name.toLowerCase())?.id ?? null
  }

  has(id: string): boolean {
    return this.#byId.has(id.toLowerCase())
  }

  get all(): readonly KnownTag[] {
    return [...this.#byId.values()]
  }

  /** Makes the tags that rows asked for; afterwards they have ids. Throws `precondition` when they are too many to be meant. */
  async createWanted(ctx: Context): Promise<void> {
    if (this.wanted.size === 0) return
    if (this.wanted.size > newTagsMax)
      throw new AppError('precondition', {
        zh: `标签列里有 ${newTagsMax} 个以上的新标签名，看起来不是标签，导入已停止`,
        en: `The column of tags has more than ${newTagsMax} new names; that does not look like tags, so the import was stopped`,
      })
    const own = systemContext(ctx.platform, ctx.workspaceId, 'import')
    for (const { name, kind } of this.wanted.values()) {
      try {
        const { id } = await createTag(own, {
          categoryId: null,
          name,
          description: '',
          kind,
          values: [],
          many: true,
          colour: 'blue',
          ownerId: null,
          expiresAfterDays: null,
        })
        this.#remember({ id, name, kind, values: new Set() })
      } catch (error) {
        if (!(error instanceof AppError) || error.errorName !== 'conflict') throw error
        await this.#readAll(own)
      }
    }
    this.wanted.clear()
  }

  async #readAll({ platform, workspaceId }: Context): Promise<void> {
    for (const tag of await readTagDefinitions(platform.db, workspaceId)) this.#remember({ ...tag, values: new Set(tag.values) })
  }

  #remember(tag: KnownTag): void {
    this.#byName.set(tag.name.toLowerCase(), tag)
    this.#byId.set(tag.id.toLowerCase(), tag)
  }
}

const longValue: LocaleText = {
  zh: `标签的值超过 ${tagLimits.valueLengthMax} 个字符`,
  en: `The value of the tag is longer than ${tagLimits.valueLengthMax} characters`,
}

function checkValue(tag: KnownTag, value: string): LocaleText | null {
  if (tag.kind === 'flag') return null
  if (value === '') return { zh: `标签「${tag.name}」需要值，应写成「${tag.name}=…」`, en: `Tag "${tag.name}" needs a value; write "${tag.name}=…"` }
  if (value.length > tagLimits.valueLengthMax) return longValue
  if (tag.values.size === 0 || tag.values.has(value)) return null
  return { zh: `「${value.slice(0, 40)}」不在标签「${tag.name}」的可选值里`, en: `"${value.slice(0, 40)}" is not a value of the tag "${tag.name}"` }
}
