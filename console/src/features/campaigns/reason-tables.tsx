import type { CampaignReport } from '../../../../contracts/campaigns.ts'
import { failureClassLabels, suppressionReasonLabels } from '../../../../contracts/delivery.ts'
import { Link, peoplePath } from '../../ui/link.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ScrollTable } from '../../ui/scroll-table.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'
import { Count } from '../../ui/values.tsx'

/** Why some got nothing, and why messages failed; every count opens its people. */
export function ReasonTables({ report }: { report: CampaignReport }) {
  const text = useText('campaigns')
  const pick = useLocaleText()
  const people = (outcome: string, count: number) => (
    <Link to={peoplePath({ campaignId: report.campaign.id, outcome })}>
      <Count value={count} />
    </Link>
  )
  return (
    <>
      {report.campaign.state !== 'imported' && (
        <Panel className="span-6" title={text('report.suppressedTitle')} flush={report.suppressed.length > 0}>
          {report.suppressed.length === 0 ? (
            <p className="faint">{text('report.suppressedNone')}</p>
          ) : (
            <ScrollTable
              label={text('report.suppressedTitle')}
              showHeader={false}
              rowKey="reason"
              dataSource={report.suppressed}
              columns={[
                { key: 'reason', render: (_, row) => pick(suppressionReasonLabels[row.reason]) },
                { key: 'count', align: 'right', render: (_, row) => people(`suppressed:${row.reason}`, row.count) },
              ]}
            />
          )}
        </Panel>
      )}
      <Panel className="span-6" title={text('report.failedTitle')} flush={report.failed.length > 0}>
        {report.failed.length === 0 ? (
          <p className="faint">{text('report.failedNone')}</p>
        ) : (
          <ScrollTable
            label={text('report.failedTitle')}
            showHeader={false}
            rowKey="code"
            dataSource={report.failed}
            columns={[
              { key: 'class', render: (_, row) => pick(failureClassLabels[row.class]) },
              { key: 'code', render: (_, row) => <code title={text('report.code')}>{row.code}</code> },
              { key: 'count', align: 'right', render: (_, row) => people(report.campaign.state === 'imported' ? 'failed' : `failed:${row.code}`, row.count) },
            ]}
          />
        )}
      </Panel>
    </>
  )
}
