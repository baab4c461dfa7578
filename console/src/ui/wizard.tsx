import { Button, Steps } from 'antd'
import type { ReactNode } from 'react'
import { useIsSmall } from './preferences.ts'
import { useText } from './text.ts'

interface WizardProps {
  steps: { key: string; title: string }[]
  current: string
  children: ReactNode
  back?: { onClick: () => void; disabled?: boolean }
  next?: { label: string; onClick: () => void; disabled?: boolean; loading?: boolean; /** Why it can not go on, shown beside the button. */ reason?: string }
}

/** A task in steps: where one is, the step, and the way on and back. */
export function Wizard({ steps, current, children, back, next }: WizardProps) {
  const text = useText('common')
  const small = useIsSmall()
  const index = steps.findIndex((step) => step.key === current)
  return (
    <div className="wizard">
      {small ? (
        <p className="faint">
          {index + 1} / {steps.length} · {steps[index]?.title}
        </p>
      ) : (
        <Steps size="small" current={index} items={steps.map((step) => ({ key: step.key, title: step.title }))} />
      )}
      <div className="wizard-step">{children}</div>
      {(back ?? next) && (
        <div className="wizard-foot">
          {back && (
            <Button onClick={back.onClick} disabled={back.disabled}>
              {text('back')}
            </Button>
          )}
          {next?.reason !== undefined && <span className="faint">{next.reason}</span>}
          {next && (
            <Button type="primary" onClick={next.onClick} disabled={next.disabled} loading={next.loading}>
              {next.label}
            </Button>
          )}
        </div>
      )}
    </div>
  )
}
