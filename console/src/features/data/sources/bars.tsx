import './sources.css'

export interface Bar {
  key: string
  /** What went well, and what did not. */
  good: number
  warn: number
  /** What the bar says, on hover. */
  title: string
}

/** A small picture of how much came when. Bars without anything keep their place. */
export function Bars({ bars, description, size }: { bars: readonly Bar[]; description: string; size: 'small' | 'large' }) {
  const most = Math.max(1, ...bars.map(({ good, warn }) => good + warn))
  const height = (value: number): string => (value === 0 ? '0' : `max(2px, ${(value / most) * 100}%)`)
  return (
    <div role="img" aria-label={description} className={`bars bars-${size}`}>
      {bars.map(({ key, good, warn, title }) => (
        <div key={key} className="bars-bar" title={title}>
          <div className="bars-good" style={{ height: height(good) }} />
          <div className="bars-warn" style={{ height: height(warn) }} />
        </div>
      ))}
    </div>
  )
}
