import type { RenderedSms } from '../../../contracts/content.ts'
import type { Context } from '../access/index.ts'
import { personalAttributes, personVariables, withoutPersonal } from '../people/index.ts'
import { notFound } from '../platform/errors.ts'
import { compileTemplate, type MessageWords } from './compile-template.ts'

const defaultOptOutText = '拒收请回复R'

/** The text as a person gets it; without a person, as somebody without any attribute would. @throws `not-found` for a person of nowhere */
export async function previewTemplate(
  ctx: Context,
  input: Omit<MessageWords, 'optOutText'> & { optOutText?: string; personId?: number },
): Promise<RenderedSms> {
  const { personId, optOutText = defaultOptOutText, ...words } = input
  const template = compileTemplate({ ...words, optOutText })
  if (personId === undefined) return template.render({})
  const person = (await personVariables(ctx.platform.db, ctx.workspaceId, [personId])).get(personId)
  if (!person) throw notFound({ zh: '客户', en: 'person' })
  // Whoever may read templates need not be one who may see personal data.
  return template.render(withoutPersonal(person, await personalAttributes(ctx)))
}
