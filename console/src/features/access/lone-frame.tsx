import type { ReactNode } from 'react'
import { Button } from 'antd'
import { Flock, GooseSeal } from '../../ui/goose.tsx'
import { loadLanguage, useLocale, useText } from '../../ui/text.ts'
import './access.css'

/** The page before one is inside: dusk, geese, a poem, and one form. */
export function LoneFrame({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  const text = useText('access')
  const common = useText('common')
  const locale = useLocale()
  return (
    <div className="lone">
      <aside className="lone-sky">
        <Flock width={340} />
        <blockquote>
          <p>{text('poem.first')}</p>
          <p>{text('poem.second')}</p>
          <footer>{text('poem.author')}</footer>
        </blockquote>
      </aside>
      <main className="lone-form">
        <div className="lone-mark">
          <GooseSeal size={34} />
          <b>{text('product')}</b>
          <Button type="text" size="small" aria-label={common('language.switch')} onClick={() => void loadLanguage(locale === 'zh' ? 'en' : 'zh')}>
            {common('language.other')}
          </Button>
        </div>
        <h1>{title}</h1>
        <p className="lone-lead">{lead}</p>
        {children}
      </main>
    </div>
  )
}
