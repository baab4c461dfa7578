/** The mark: a flying goose whose far wing is a folded letter, cut white into a vermilion seal. */
export function GooseSeal({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" role="img" aria-label="鸿雁" className="goose-seal">
      <rect width="32" height="32" rx="6" fill="var(--seal)" />
      <path d={goosePath} fill="#fffaf1" />
    </svg>
  )
}

const goosePath =
  'M4.5 12.2c4.6-1.3 8.3-.2 11 3.1 1.3-4 4.6-7 10.2-8.8-1 4.2-3 7.2-5.7 9.1l7.5 1.7-8 1.5c-1.9 3.6-5.2 5.6-9.9 6 2.4-1.9 3.8-3.9 4.3-6-2.3-3.2-5.4-5.5-9.4-6.6z'

/** Places of the flock, as seen at dusk: one leads, two uneven lines follow. */
const flock: readonly (readonly [x: number, y: number, scale: number])[] = [
  [196, 18, 1],
  [166, 30, 0.86],
  [141, 43, 0.76],
  [117, 57, 0.66],
  [95, 72, 0.58],
  [205, 44, 0.8],
  [212, 68, 0.68],
  [217, 91, 0.58],
]

/** Wild geese in formation, drawn with the pen: decoration, hidden from screen readers. */
export function Flock({ width = 220 }: { width?: number }) {
  return (
    <svg width={width} viewBox="0 0 240 112" aria-hidden="true" className="flock">
      {flock.map(([x, y, scale]) => (
        <path
          key={x}
          transform={`translate(${x} ${y}) scale(${scale})`}
          d="M-15 -5C-9 -8 -4 -6 0 0 4 -6 9 -8 15 -6 8 -4 4 -1 1 4L0 5 -1 4C-4 -1 -8 -4 -15 -5z"
          fill="currentColor"
        />
      ))}
    </svg>
  )
}
