import { useMemo } from 'react'
import type { CampaignReport, Interval } from '../../../../contracts/campaigns.ts'
import { Chart, useTokens } from '../../ui/chart.tsx'
import { formatCount, formatFen, formatPercent, formatPoints } from '../../ui/format.ts'
import { Link, peoplePath } from '../../ui/link.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ScrollTable } from '../../ui/scroll-table.tsx'
import { useLocale, useLocaleText, useText } from '../../ui/text.ts'
import { Count, Money, Percent } from '../../ui/values.tsx'
import { wilson } from './wilson.ts'

/** What the campaign caused, against those held back by chance, with the uncertainty in words, numbers and a picture. */
export function EffectPanel({ report, className }: { report: CampaignReport; className: string }) {
  const text = useText('campaigns')
  const pick = useLocaleText()
  return (
    <Panel className={className} title={text('report.effect')}>
      <p className="effect-sentence">{pick(report.lift.sentence)}</p>
      {report.control.people > 0 && report.treated.people > 0 && <RateChart report={report} />}
      <ArmTable report={report} />
      <LiftFacts report={report} />
    </Panel>
  )
}

function RateChart({ report }: { report: CampaignReport }) {
  const text = useText('campaigns')
  const locale = useLocale()
  const tokens = useTokens()
  const arms = useMemo(
    () => [report.control, report.treated].map((arm) => ({ rate: arm.converted / arm.people, ...wilson(arm.converted, arm.people) })),
    [report],
  )
  const names = useMemo(() => [text('report.control'), text('report.treated')], [text])
  const option = useMemo(
    () => ({
      grid: { left: 4, right: 24, top: 8, bottom: 4, containLabel: true },
      tooltip: { show: false },
      xAxis: { type: 'value', min: 0, splitNumber: 4, axisLabel: { hideOverlap: true, formatter: (value: number) => formatPercent(value, locale, 1) } },
      yAxis: { type: 'category', data: names },
      series: [
        {
          type: 'custom',
          data: arms.map((arm, index) => [index, arm.low, arm.high]),
          encode: { y: 0, x: [1, 2] },
          renderItem: intervalItem(tokens.series),
        },
        {
          type: 'scatter',
          symbolSize: 11,
          data: arms.map((arm, index) => ({ value: [arm.rate, index], itemStyle: { color: index === 1 ? tokens.accent : tokens.inkFaint } })),
          label: { show: true, position: 'top', color: tokens.ink, formatter: ({ value }: { value: [number, number] }) => formatPercent(value[0], locale, 2) },
        },
      ],
    }),
    [arms, names, locale, tokens],
  )
  const description = text('report.rateChart', { treated: formatPercent(arms[1]!.rate, locale, 2), control: formatPercent(arms[0]!.rate, locale, 2) })
  return <Chart option={option} description={description} height={132} />
}

interface DrawApi {
  value: (index: number) => number
  coord: (point: [number, number]) => [number, number]
}

/** A horizontal bar with caps from low to high. */
function intervalItem(colours: readonly string[]) {
  return (_: unknown, draw: DrawApi) => {
    const row = draw.value(0)
    const [low, high] = [draw.coord([draw.value(1), row]), draw.coord([draw.value(2), row])]
    const style = { stroke: row === 1 ? colours[0] : colours[4], lineWidth: 2 }
    const cap = (x: number) => ({ type: 'line', shape: { x1: x, y1: low[1] - 6, x2: x, y2: low[1] + 6 }, style })
    return { type: 'group', children: [{ type: 'line', shape: { x1: low[0], y1: low[1], x2: high[0], y2: high[1] }, style }, cap(low[0]), cap(high[0])] }
  }
}

interface ArmRow {
  key: 'treated' | 'control'
  people: number
  converted: number
  orders: number
  revenueFen: number
}

function ArmTable({ report }: { report: CampaignReport }) {
  const text = useText('campaigns')
  const rows: ArmRow[] = (['treated', 'control'] as const).map((key) => ({ key, ...report[key] }))
  const people = (outcome: string, value: number) => (
    <Link to={peoplePath({ campaignId: report.campaign.id, outcome })}>
      <Count value={value} />
    </Link>
  )
  return (
    <ScrollTable<ArmRow>
      label={text('report.effect')}
      dataSource={rows}
      scroll={{ x: 'max-content' }}
      columns={[
        { key: 'arm', title: '', render: (_, row) => text(`report.${row.key}`) },
        { key: 'people', title: text('report.people'), align: 'right', render: (_, row) => people(row.key === 'treated' ? 'sent' : 'control', row.people) },
        {
          key: 'converted',
          title: text('report.converted'),
          align: 'right',
          render: (_, row) => people(row.key === 'treated' ? 'converted' : 'controlConverted', row.converted),
        },
        {
          key: 'rate',
          title: text('report.conversionRate'),
          align: 'right',
          render: (_, row) => <Percent value={row.people === 0 ? null : row.converted / row.people} />,
        },
        { key: 'orders', title: text('report.orders'), align: 'right', render: (_, row) => <Count value={row.orders} /> },
        { key: 'revenue', title: text('report.revenue'), align: 'right', render: (_, row) => <Money fen={row.revenueFen} compact /> },
        {
          key: 'each',
          title: text('report.revenuePerPerson'),
          align: 'right',
          render: (_, row) => <Money fen={row.people === 0 ? null : Math.round(row.revenueFen / row.people)} />,
        },
      ]}
    />
  )
}

function LiftFacts({ report }: { report: CampaignReport }) {
  const text = useText('campaigns')
  const locale = useLocale()
  const { incrementalConversions, incrementalRevenueFen, conversionRateDifference } = report.lift
  if (!conversionRateDifference) return null
  const range = ({ value, low, high }: Interval, format: (value: number) => string) =>
    text('report.range', { value: format(value), low: format(low), high: format(high) })
  const count = (value: number) => formatCount(Math.round(value), locale)
  const money = (value: number) => formatFen(Math.round(value), locale, true)
  const { value, low, high } = conversionRateDifference
  const facts: [string, string][] = [
    [text('report.difference'), text('report.differenceUnit', { value: formatPoints(value), low: formatPoints(low), high: formatPoints(high) })],
  ]
  if (incrementalConversions) facts.push([text('report.incrementalConversions'), range(incrementalConversions, count)])
  if (incrementalRevenueFen) facts.push([text('report.incrementalRevenue'), range(incrementalRevenueFen, money)])
  return (
    <dl className="facts">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className="number">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
