import type { LocaleText } from '../../../../../contracts/common.ts'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { StateTag } from '../../../ui/values.tsx'

/** What trying an account brought. */
export function CheckResult({ result }: { result: { ok: boolean; tookMs: number; error: LocaleText | null } }) {
  const text = useText('settings')
  const pick = useLocaleText()
  return (
    <span role="status" className="check-result">
      <StateTag
        tone={result.ok ? 'good' : 'bad'}
        text={result.ok ? text('accounts.checkOk', { ms: Math.round(result.tookMs) }) : result.error ? pick(result.error) : text('accounts.checkFailed')}
      />
    </span>
  )
}
