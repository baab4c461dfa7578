import { RightOutlined } from '@ant-design/icons'
import type { Overview } from '../../../../contracts/insight.ts'
import { Link } from '../../ui/link.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'

/** What a person should look at; nothing shows when nothing is wrong. */
export function Attention({ items }: { items: Overview['attention'] }) {
  const text = useText('overview')
  const pick = useLocaleText()
  if (items.length === 0) return null
  return (
    <section className="attention" aria-label={text('attention')}>
      <ul>
        {items.map((item) => (
          <li key={item.kind + item.href}>
            <Link to={item.href}>
              {pick(item.text)} <RightOutlined />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
