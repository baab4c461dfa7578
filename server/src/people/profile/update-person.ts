import { sql } from 'kysely'
import type { Problem } from '../../../../contracts/errors.ts'
import type { AttributeType, Person } from '../../../../contracts/people.ts'
import { FieldKey } from '../../../../contracts/rule.ts'
import { mutate, type Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import { attributeLabel } from '../attributes/attribute-labels.ts'
import { coerceAttribute, isRejection } from '../record/coerce-attribute.ts'
import { listAttributes } from '../attributes/list-attributes.ts'
import type { AttributeData } from '../record/person-draft.ts'
import { findPerson, readPerson } from './read-person.ts'
import { setAttributes } from '../record/set-attributes.ts'

/** Keys that name something else than an attribute. */
export const reservedAttributes: ReadonlySet<string> = new Set(['phone', 'email', 'created_at'])

interface Change {
  personId: number
  attributes: Record<string, AttributeData | null>
}

/**
 * Sets attributes of a person by hand; null removes. They hold against imports and events that are older. The audit row names the
 * attributes, not their values. Throws `not-found`, and `validation` for values that are not of their attribute's type.
 */
export async function updatePerson(ctx: Context, change: Change): Promise<Person> {
  const { id: personId } = await findPerson(ctx, change.personId)
  const { items } = await listAttributes(ctx)
  const types = new Map(items.map(({ key, type }) => [key, type]))
  const attributes = checkAttributes(change.attributes, types)
  const keys = Object.keys(attributes)
  if (keys.length === 0) throw new AppError('validation', { zh: '没有要修改的属性', en: 'There is no attribute to change' })
  await mutate(ctx, { action: 'person.update', targetKind: 'person', targetId: String(personId), detail: { attributes: keys } }, async (tx) => {
    for (const key of keys) {
      const value = attributes[key]
      if (value === null || value === undefined) continue
      const label = attributeLabel(key)
      await sql`
        insert into attributes (workspace_id, key, type, label_zh, label_en, last_seen_at)
        values (${ctx.workspaceId}, ${key}, ${types.get(key) ?? typeOf(value)}, ${label.zh}, ${label.en}, ${ctx.platform.clock.now()})
        on conflict (workspace_id, key) do nothing`.execute(tx)
    }
    await setAttributes(tx, ctx, { personId, attributes })
  })
  return readPerson(ctx, { personId })
}

function checkAttributes(given: Change['attributes'], types: ReadonlyMap<string, AttributeType>): Change['attributes'] {
  const problems: Problem[] = []
  const checked: Change['attributes'] = {}
  for (const [key, value] of Object.entries(given)) {
    const at = `body.attributes.${key}`
    if (!FieldKey.safeParse(key).success || reservedAttributes.has(key)) {
      problems.push({ at, zh: `「${key}」不能作为属性名`, en: `"${key}" cannot be the name of an attribute` })
      continue
    }
    const type = types.get(key)
    const coerced = value === null || type === undefined ? value : coerceAttribute(type, value)
    if (isRejection(coerced)) problems.push({ at, ...coerced })
    else checked[key] = coerced
  }
  if (problems.length > 0) throw new AppError('validation', { problems })
  return checked
}

function typeOf(value: AttributeData): AttributeType {
  if (typeof value === 'object') return 'list'
  if (typeof value === 'string') return 'text'
  return typeof value === 'number' ? 'number' : 'boolean'
}
