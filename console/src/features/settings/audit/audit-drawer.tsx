import { Drawer } from 'antd'
import type { z } from 'zod'
import type { AuditRow } from '../../../../../contracts/access.ts'
import { Facts } from '../../../ui/panel.tsx'
import { useText } from '../../../ui/text.ts'
import { DateTime } from '../../../ui/values.tsx'
import { AuditAction, AuditActor, AuditTarget } from './audit-cells.tsx'
import { detailFields } from './audit-detail.ts'
import { useDetailWords } from './use-detail-words.ts'

/** One audit row in full: every field with its name; as it is stored only when asked for. */
export function AuditDrawer({ row, onClose }: { row: z.infer<typeof AuditRow>; onClose: () => void }) {
  const text = useText('settings')
  const wordsOf = useDetailWords()
  const fields = detailFields(row.detail)
  return (
    <Drawer open size={560} title={text('audit.one')} onClose={onClose}>
      <Facts
        rows={[
          [text('audit.at'), <DateTime key="at" at={row.at} />],
          [text('audit.actor'), <AuditActor key="actor" row={row} />],
          [text('audit.action'), <AuditAction key="action" action={row.action} />],
          [text('audit.target'), <AuditTarget key="target" row={row} />],
          [text('audit.ip'), row.ip ?? '–'],
        ]}
      />
      <h3 className="audit-said">{text('audit.detail')}</h3>
      {fields.length === 0 ? (
        <p className="faint">{text('audit.noDetail')}</p>
      ) : (
        <Facts rows={fields.map(wordsOf).map(({ label, value }) => [label, value] as const)} />
      )}
      <details className="audit-raw">
        <summary>{text('audit.raw')}</summary>
        <pre role="region" aria-label={text('audit.raw')} tabIndex={0}>
          {JSON.stringify({ action: row.action, targetKind: row.targetKind, targetId: row.targetId, detail: row.detail }, null, 2)}
        </pre>
      </details>
    </Drawer>
  )
}
