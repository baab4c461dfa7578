import { NavLink, useLocation } from 'react-router'
import type { Feature } from '../../ui/feature.ts'
import { Flock, GooseSeal } from '../../ui/goose.tsx'
import { Link, useWorkspacePath } from '../../ui/link.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useAnyText, useText } from '../../ui/text.ts'
import { features } from '../features.ts'

/** The rail on the left: the loop from data to insight, and the pages of the part one is in. */
export function Rail() {
  const text = useText('common')
  return (
    <nav className="rail" aria-label={text('navigation')}>
      <Link to="/" className="rail-mark">
        <GooseSeal size={30} />
        <span>
          <b>鸿雁</b>
          <small>Hongyan</small>
        </span>
      </Link>
      <ul>
        {features.map((feature) => (
          <RailFeature key={feature.name} feature={feature} />
        ))}
      </ul>
      <div className="rail-flock">
        <Flock width={150} />
      </div>
    </nav>
  )
}

function RailFeature({ feature }: { feature: Feature }) {
  const text = useAnyText()
  const may = useMay()
  const path = useWorkspacePath()
  const { pathname } = useLocation()
  const items = feature.navigation.filter((item) => may(item.permission))
  const first = items[0]
  if (!first) return null
  const within = (to: string): boolean =>
    to === '/' ? pathname.replace(/\/$/, '') === path('/').replace(/\/$/, '') : `${pathname}/`.startsWith(`${path(to)}/`)
  const open = items.some((item) => within(item.to))
  const Icon = feature.icon
  return (
    <li>
      <Link to={first.to} className={open ? 'rail-item rail-item-open' : 'rail-item'} aria-current={open && items.length === 1 ? 'page' : undefined}>
        <Icon />
        <span>{text(feature.label)}</span>
      </Link>
      {open && items.length > 1 && (
        <ul className="rail-pages">
          {items.map((item) => (
            <li key={item.to}>
              <NavLink to={path(item.to)} className={({ isActive }) => (isActive ? 'rail-page rail-page-open' : 'rail-page')}>
                {text(item.label)}
              </NavLink>
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}
