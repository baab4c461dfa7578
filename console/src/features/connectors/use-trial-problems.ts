import type { FormInstance } from 'antd'
import { useEffect, useRef } from 'react'
import type { Problem } from '../../../../contracts/errors.ts'
import { useLocaleText } from '../../ui/text.ts'

type Place = (string | number)[]

/** Name of the field at a place of the draft: `mapping.rules.0.key`. */
function fieldAt(at: string): Place {
  return ['draft', ...at.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part))]
}

/** Shows what a trial found at the fields themselves, and takes it away with the next trial. */
export function useTrialProblems(form: FormInstance, problems: readonly Problem[] | undefined): void {
  const pick = useLocaleText()
  const marked = useRef<Place[]>([])
  useEffect(() => {
    const fields = (problems ?? []).map((problem) => ({ name: fieldAt(problem.at), errors: [pick(problem)] }))
    form.setFields([...marked.current.map((name) => ({ name, errors: [] })), ...fields])
    marked.current = fields.map(({ name }) => name)
  }, [form, problems, pick])
}
