import { collectRoutes } from '../../../../../contracts/collect.ts'
import { useRead } from '../../../ui/api.ts'
import { useText } from '../../../ui/text.ts'
import { ruleTemplates, type RuleTemplate } from '../rule/rule-templates.ts'

/** Rules to begin with, while there is none. */
export function TemplateCards({ onChoose }: { onChoose: (template: RuleTemplate, title: string) => void }) {
  const text = useText('audience')
  const events = useRead(collectRoutes.listEventSchemas)
  const templates = events.isPending ? [] : ruleTemplates(events.data?.items ?? [])
  return (
    <section className="template-cards" aria-label={text('templates.title')}>
      <h3>{text('templates.title')}</h3>
      <div>
        {templates.map((template) => {
          const title = text(`templates.${template.name}.title`)
          return (
            <button key={template.name} type="button" onClick={() => onChoose(template, title)}>
              <b>{title}</b>
              <span>{text(`templates.${template.name}.why`)}</span>
            </button>
          )
        })}
      </div>
    </section>
  )
}
