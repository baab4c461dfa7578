import { Tooltip } from 'antd'
import type { ReactNode } from 'react'
import { formatPercent } from './format.ts'
import { Link } from './link.tsx'
import { useLocale, useText } from './text.ts'

interface StatNumberProps {
  label: string
  /** `<Count>`, `<Money>` or `<Percent>`. */
  value: ReactNode
  /** Path of the people (or things) that the number counts. A number that counts people always has one. */
  to?: string
  trend?: { value: number; previous: number | null; /** A rise is bad news, e.g. opt-outs. */ riseIsBad?: boolean }
  /** A second fact in small print. */
  note?: ReactNode
}

/** One number with its name, its change against the time before, and the way to what it counts. */
export function StatNumber({ label, value, to, trend, note }: StatNumberProps) {
  return (
    <div className="stat">
      <div className="stat-label">{label}</div>
      <div className="stat-value">{to === undefined ? value : <Link to={to}>{value}</Link>}</div>
      <div className="stat-note">
        {trend && <Trend {...trend} />}
        {note}
      </div>
    </div>
  )
}

function Trend({ value, previous, riseIsBad = false }: NonNullable<StatNumberProps['trend']>) {
  const text = useText('common')
  const locale = useLocale()
  if (previous === null) return null
  if (previous === 0) return <span className="trend">{value === 0 ? text('trend.same') : text('trend.fromZero')}</span>
  const change = (value - previous) / previous
  const direction = Math.abs(change) < 0.0005 ? 'same' : change > 0 ? 'up' : 'down'
  const tone = direction === 'same' ? '' : change > 0 === riseIsBad ? 'trend-bad' : 'trend-good'
  const arrow = direction === 'same' ? '→' : direction === 'up' ? '↑' : '↓'
  return (
    <Tooltip title={text('trend.explanation')}>
      <span className={`trend number ${tone}`}>
        {arrow} {formatPercent(Math.abs(change), locale, 1)}
        <span className="visually-hidden"> {text(`trend.${direction}`)}</span>
      </span>
    </Tooltip>
  )
}

/** A row of numbers divided by hairlines. */
export function StatRow({ children }: { children: ReactNode }) {
  return <div className="stat-row">{children}</div>
}
