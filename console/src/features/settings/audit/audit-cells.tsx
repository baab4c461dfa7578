import { Tooltip } from 'antd'
import type { z } from 'zod'
import type { AuditRow } from '../../../../../contracts/access.ts'
import { Link } from '../../../ui/link.tsx'
import { useText } from '../../../ui/text.ts'
import { useEventWords } from '../../../ui/values.tsx'
import { shortId } from './audit-detail.ts'
import { isNoun, isVerb } from './audit-words.ts'
import { targetPath } from './target-path.ts'

type Row = z.infer<typeof AuditRow>

export function AuditActor({ row: { actor } }: { row: Row }) {
  const text = useText('settings')
  // Which part of the product it was matters to whoever looks for a cause, not in the list.
  if (actor.kind === 'system') return <span title={actor.name}>{text('audit.actors.system')}</span>
  if (actor.kind === 'user') return actor.name
  return (
    <>
      {actor.name} <span className="faint">{text('audit.actors.apiKey')}</span>
    </>
  )
}

/** What was done, in words; the name that filters and the API use on hover. */
export function AuditAction({ action }: { action: string }) {
  const text = useText('settings')
  const [noun = '', verb = ''] = action.split('.')
  if (!isNoun(noun) || !isVerb(verb)) return <code>{action}</code>
  return (
    <Tooltip title={<code>{action}</code>}>
      <span>{text(`audit.verbs.${verb}`, { noun: text(`audit.nouns.${noun}`) })}</span>
    </Tooltip>
  )
}

/** What it was done to: by the name it had then where the row says one, and leading to it. */
export function AuditTarget({ row: { targetKind, targetId, detail } }: { row: Row }) {
  const text = useText('settings')
  const eventWords = useEventWords()
  if (targetKind === null) return <span className="faint">–</span>
  const noun = isNoun(targetKind) ? text(`audit.nouns.${targetKind}`) : targetKind
  const said = [detail['name'], detail['fileName']].find((one) => typeof one === 'string' && one !== '') as string | undefined
  const name = targetKind === 'event' && targetId !== null ? eventWords(targetId) : (said ?? shortId(targetId ?? ''))
  // There is one workspace here: its number says nothing.
  const label = name === '' || targetKind === 'workspace' ? noun : `${noun} ${name}`
  const path = targetPath(targetKind, targetId)
  return path === undefined ? <span title={targetId ?? undefined}>{label}</span> : <Link to={path}>{label}</Link>
}
