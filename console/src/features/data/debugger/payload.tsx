import { useMay } from '../../../ui/session-context.ts'
import { useText } from '../../../ui/text.ts'
import '../sources/sources.css'

/** A message as it was sent; says so when personal data in it is masked. */
export function Payload({ value }: { value: unknown }) {
  const text = useText('data')
  const may = useMay()
  return (
    <>
      {!may('people.reveal') && <p className="faint">{text('debugger.masked')}</p>}
      <pre className="message-payload" aria-label={text('debugger.message')}>
        {JSON.stringify(value, undefined, 2)}
      </pre>
    </>
  )
}
