import { Button } from 'antd'
import type { z } from 'zod'
import { routeUrl } from '../../../../../contracts/client.ts'
import { importRoutes, type BadRow, type Import } from '../../../../../contracts/imports.ts'
import { usePages } from '../../../ui/api.ts'
import { DataTable } from '../../../ui/data-table.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useSession } from '../../../ui/session-context.ts'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { Count } from '../../../ui/values.tsx'

/** The rows that did not go in, each with its reasons; as a file for whoever mends them. */
export function BadRows({ one }: { one: Import }) {
  const text = useText('data')
  const pick = useLocaleText()
  const { workspace } = useSession()
  const pages = usePages(importRoutes.listBadRows, { params: { id: one.id }, query: {} })
  return (
    <div id="bad-rows">
      <DataTable<z.infer<typeof BadRow>>
        name="bad-rows"
        label={text('imports.badRows')}
        pages={pages}
        rowKey={(row) => row.row}
        noun={(count) => text('imports.rows', { count })}
        empty={text('imports.noBadRows')}
        toolbar={
          <div className="bad-rows-bar">
            <b>{text('imports.badRows')}</b>
            <PermissionGate permission="people.reveal">
              <Button size="small" href={routeUrl(importRoutes.downloadBadRows, { workspaceId: workspace.workspaceId, id: one.id })} download>
                {text('imports.downloadBadRows')}
              </Button>
            </PermissionGate>
          </div>
        }
        columns={[
          { key: 'row', title: text('imports.lineNumber'), width: 80, align: 'right', fixed: true, render: (row) => <Count value={row.row} /> },
          {
            key: 'problems',
            title: text('imports.reason'),
            fixed: true,
            render: (row) => row.problems.map((problem) => <div key={problem.at + problem.en}>{pick(problem)}</div>),
          },
          ...one.columns.slice(0, 12).map((column, index) => ({
            key: `column-${index}`,
            title: column.header,
            hiddenAtFirst: index >= 6,
            render: (row: z.infer<typeof BadRow>) => <span className="number">{row.values[index]}</span>,
          })),
        ]}
      />
    </div>
  )
}
