import { Alert, type FormInstance } from 'antd'
import { useEffect } from 'react'
import { ProblemError } from '../../../contracts/client.ts'
import type { Problem } from '../../../contracts/errors.ts'
import { useLocaleText, useText } from './text.ts'

/** Field name of a problem's place: `body.contactPolicy.days` is `['contactPolicy', 'days']`; undefined when it is no field of the body. */
export function fieldOf(problem: Problem): (string | number)[] | undefined {
  const [place, ...path] = problem.at.split('.')
  if (place !== 'body' || path.length === 0) return undefined
  return path.map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}

function hasField(form: FormInstance, problem: Problem): boolean {
  const field = fieldOf(problem)
  return field !== undefined && form.getFieldInstance(field) !== undefined
}

/** Puts each problem of a refused form at its field; what belongs to no field stands above the form. */
export function FormError({ error, form }: { error: Error | null; form: FormInstance }) {
  const text = useText('common')
  const pick = useLocaleText()
  const problem = error instanceof ProblemError ? error.problem : undefined
  useEffect(() => {
    const marked = problem?.problems.filter((one) => hasField(form, one)) ?? []
    if (marked.length > 0) form.setFields(marked.map((one) => ({ name: fieldOf(one) ?? [], errors: [pick(one)] })))
  }, [problem, form, pick])
  if (!error) return null
  const rest = problem?.problems.filter((one) => !hasField(form, one)) ?? []
  const title = problem ? pick(problem) : text('error.unexpected')
  return (
    <Alert
      type="error"
      showIcon
      className="form-error"
      title={title}
      description={
        rest.length > 0 || problem?.requestId !== undefined ? (
          <>
            {rest.map((one) => (
              <div key={one.at + one.en}>
                {pick(one)} <span className="faint">({one.at})</span>
              </div>
            ))}
            {problem && problem.status >= 500 && problem.requestId !== undefined && (
              <div className="faint">
                {text('error.requestId')} <code>{problem.requestId}</code>
              </div>
            )}
          </>
        ) : undefined
      }
    />
  )
}
