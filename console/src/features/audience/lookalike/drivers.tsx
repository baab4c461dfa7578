import { Tooltip } from 'antd'
import type { LookalikeDriver } from '../../../../../contracts/lookalike.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { formatPercent } from '../../../ui/format.ts'
import { useLocale, useLocaleText, useText } from '../../../ui/text.ts'

/** What sets the seed apart, as bars: how much each explains, and how seed and everybody differ in it. */
export function Drivers({ drivers }: { drivers: LookalikeDriver[] }) {
  const text = useText('lookalike')
  const pick = useLocaleText()
  const locale = useLocale()
  const shown = useShown()
  const largest = Math.max(...drivers.map(({ contribution }) => Math.abs(contribution)))
  if (drivers.length === 0) return <EmptyState title={text('drivers.none')} why={text('drivers.noneWhy')} />
  return (
    <>
      <p className="faint">{text('drivers.lead')}</p>
      <ul className="lookalike-drivers">
        {drivers.map((driver) => {
          const direction = text(driver.weight < 0 ? 'drivers.away' : 'drivers.towards')
          const share = text('drivers.percent', { share: formatPercent(Math.abs(driver.contribution), locale, 1) })
          return (
            <li key={`${driver.source} ${driver.label.en}`}>
              <span className="lookalike-driver-label">{pick(driver.label)}</span>
              <span className="faint number lookalike-driver-means">
                {text('drivers.means', { seed: shown(driver.seedMean, driver.unit), everyone: shown(driver.everyoneMean, driver.unit) })}
              </span>
              <Tooltip title={`${share} · ${direction}`}>
                <span className="lookalike-bar" role="img" aria-label={`${share}，${direction}`}>
                  <i
                    className={driver.weight < 0 ? 'lookalike-bar-away' : ''}
                    style={{ width: `${Math.max(1, (Math.abs(driver.contribution) / largest) * 100)}%` }}
                  />
                </span>
              </Tooltip>
            </li>
          )
        })}
      </ul>
    </>
  )
}

function useShown(): (value: number, unit: LookalikeDriver['unit']) => string {
  const text = useText('lookalike')
  const locale = useLocale()
  const rounded = (value: number) => value.toLocaleString(locale === 'zh' ? 'zh-CN' : 'en-US', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 })
  return (value, unit) => (unit === 'share' ? formatPercent(value, locale, 1) : text(`units.${unit}`, { value: rounded(value) }))
}
