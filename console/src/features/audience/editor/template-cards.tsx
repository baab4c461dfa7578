import { Segmented } from 'antd'
import { useState } from 'react'
import { collectRoutes } from '../../../../../contracts/collect.ts'
import { peopleRoutes } from '../../../../../contracts/people.ts'
import type { Rule } from '../../../../../contracts/rule.ts'
import { useRead } from '../../../ui/api.ts'
import { useText } from '../../../ui/text.ts'
import { industries, ruleTemplates, type Industry, type RuleTemplate } from '../rule/rule-templates.ts'

interface TemplateCardsProps {
  onChoose: (rule: Rule, title: string) => void
}

/** Rules to begin with, while there is none, by industry. What the data has nothing for says what it lacks. */
export function TemplateCards({ onChoose }: TemplateCardsProps) {
  const text = useText('audience')
  const [industry, setIndustry] = useState<Industry>('general')
  const events = useRead(collectRoutes.listEventSchemas)
  const attributes = useRead(peopleRoutes.listAttributes)
  // What could not be read is not what the data lacks.
  const isUnknown = !events.data || !attributes.data
  const seen = { events: (events.data?.items ?? []).map(({ event }) => event), attributes: (attributes.data?.items ?? []).map(({ key }) => key) }
  const templates = isUnknown ? [] : ruleTemplates(seen).filter((template) => template.industry === industry)
  return (
    <section className="template-cards" aria-label={text('templates.title')}>
      <h3>{text('templates.title')}</h3>
      <Segmented<Industry>
        size="small"
        className="template-industries"
        value={industry}
        onChange={setIndustry}
        aria-label={text('templates.industry')}
        options={industries.map((value) => ({ value, label: text(`templates.industries.${value}`) }))}
      />
      <div>
        {templates
          .toSorted((a, b) => a.missing.length - b.missing.length)
          .map((template) => (
            <TemplateCard key={template.name} template={template} onChoose={onChoose} />
          ))}
      </div>
    </section>
  )
}

function TemplateCard({ template: { name, rule, missing }, onChoose }: TemplateCardsProps & { template: RuleTemplate }) {
  const text = useText('audience')
  const title = text(`templates.${name}.title`)
  const lacks = missing.map(({ kind, names }) => text(`templates.lacks.${kind}`, { names: names.slice(0, 3).join(text('templates.or')) }))
  return (
    <button type="button" disabled={rule === undefined} onClick={() => rule && onChoose(rule, title)}>
      <b>{title}</b>
      <span>{text(`templates.${name}.why`)}</span>
      {lacks.length > 0 && <small>{text('templates.missing', { what: lacks.join(text('templates.and')) })}</small>}
    </button>
  )
}
