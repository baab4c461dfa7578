import { ShownOnce } from '../../../ui/shown-once.tsx'
import { useText } from '../../../ui/text.ts'

/** A command that sends one person and one order, ready for a terminal. */
function curlExample(origin: string, writeKey: string): string {
  const batch = [
    { type: 'identify', userId: 'u-1001', traits: { phone: '13800001234', city: 'Hangzhou' } },
    { type: 'track', userId: 'u-1001', event: 'Order Completed', properties: { order_id: 'A-1', total: 128.5 } },
  ]
  return `curl -u '${writeKey}:' -H 'content-type: application/json' \\\n  -d '${JSON.stringify({ batch }, undefined, 1).replaceAll(/\n\s*/g, ' ')}' \\\n  ${origin}/v1/batch`
}

/** The write key, the one time it can be read, with a command to try it. */
export function WriteKeyShown({ name, writeKey, onClose }: { name: string; writeKey: string; onClose: () => void }) {
  const text = useText('data')
  return (
    <ShownOnce
      title={text('sources.keyTitle', { name })}
      warning={text('sources.keyOnce')}
      label={text('sources.writeKey')}
      value={writeKey}
      tryIt={text('sources.tryIt')}
      example={curlExample(location.origin, writeKey)}
      kept={text('sources.keyKept')}
      onClose={onClose}
    />
  )
}
